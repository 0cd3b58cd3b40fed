/** What the analysis of a PDF made elsewhere can say, beside its findings. */

/** What a later part of the file changed. */
export type ChangeKind =
  | 'pages'
  | 'content'
  | 'annotation'
  | 'signatureLook'
  | 'signature'
  | 'form'
  | 'attachment'
  | 'script'
  | 'layers'
  | 'metadata'
  | 'structure'
  | 'outline'
  | 'settings'
  | 'encryption'
  | 'resaved'
  | 'bytes';

export const CHANGE_ZH: Readonly<Record<ChangeKind, string>> = {
  pages: '页面增减、换序或版面尺寸',
  content: '页面内容',
  annotation: '批注或覆盖物',
  signatureLook: '签名的外观',
  signature: '已有的签名',
  form: '表单填写内容',
  attachment: '附件',
  script: '脚本或自动动作',
  layers: '图层显示设置',
  metadata: '文档属性',
  structure: '文档结构标记',
  outline: '书签',
  settings: '打开方式等文档设置',
  encryption: '加密设置',
  resaved: '又保存过一次，没有发现内容变化',
  bytes: '末尾多出的内容',
};

export interface Change {
  readonly kind: ChangeKind;
  /** From 1; null when no single page is concerned. */
  readonly page: number | null;
}

/** `intact`: digest and value fit. `broken`: one does not. `unchecked`: an algorithm or format that is not judged here. */
export type Integrity = 'intact' | 'broken' | 'unchecked';

export interface ForeignSignature {
  /** Full field name; null for a signature that no field leads to. */
  readonly field: string | null;
  readonly kind: 'signature' | 'timestamp';
  readonly subFilter: string | null;
  readonly signer: string | null;
  readonly issuer: string | null;
  readonly certificateSha256: string | null;
  readonly algorithm: string | null;
  /** RFC 3339, as the signer claims. */
  readonly claimedAt: string | null;
  /** RFC 3339: the time of a timestamp that fits. */
  readonly timestamp: string | null;
  readonly timestampAuthority: string | null;
  /** Bytes from the start of the file that the signature covers but for its own value; null when it covers no such stretch. */
  readonly coveredBytes: number | null;
  readonly integrity: Integrity;
  readonly trust: 'trusted' | 'untrusted';
  /** What came behind the covered bytes; null when that could not be told. */
  readonly after: 'nothing' | 'signatures' | 'changes' | null;
  readonly changes: readonly Change[];
}

/** One stretch of the file behind the earliest signature. */
export interface ForeignRevision {
  readonly startByte: number;
  readonly endByte: number;
  readonly kind: 'signature' | 'archive' | 'form' | 'annotation' | 'content' | 'unknown';
  readonly changes: readonly Change[];
}

export interface ClauseDifference {
  /** `第三条`, or `开头` for what stands before the first clause. */
  readonly clause: string;
  /** Character within the clause, from 1, white space not counted. */
  readonly character: number;
  readonly expected: string;
  readonly found: string;
}

export interface TextComparison {
  readonly pack: string;
  readonly version: string;
  /** Share of the template's text that was found, in thousandths. */
  readonly likenessPermille: number;
  readonly isEqual: boolean;
  /** The first differences, at most 20. */
  readonly differences: readonly ClauseDifference[];
}

export interface ForeignReport {
  readonly signatures: readonly ForeignSignature[];
  readonly revisions: readonly ForeignRevision[];
  readonly textComparison?: TextComparison;
}
