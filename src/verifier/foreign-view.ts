/** What could be told of a PDF made elsewhere: its signatures, what each covers, what came after, and the text beside a known one. */
import {
  CHANGE_ZH,
  type Change,
  type ForeignReport,
  type ForeignRevision,
  type ForeignSignature,
} from '../verify/foreign/foreign-report.ts';
import { clauseTable } from './drawing-view.ts';
import { make, pairs } from './elements.ts';
import { timeWord } from './words.ts';

const INTEGRITY_WORD = {
  intact: '完好：摘要和签名值都对得上',
  broken: '对不上：内容或签名被改过',
  unchecked: '没有核对：算法或格式本机不支持',
} as const;
const TRUST_WORD = { trusted: '由本机信任的机构签发', untrusted: '不是本机信任的机构签发' } as const;
const AFTER_WORD = { nothing: '之后没有任何内容', signatures: '之后只有别的签名或存档资料', changes: '之后有改动' } as const;
const REVISION_WORD: Readonly<Record<ForeignRevision['kind'], string>> = {
  signature: '签名',
  archive: '存档资料',
  form: '填写表单',
  annotation: '批注或覆盖物',
  content: '改动内容',
  unknown: '说不清的内容',
};

export const changeText = ({ kind, page }: Change): string => `${CHANGE_ZH[kind]}${page === null ? '' : `（第 ${page} 页）`}`;

/** Nothing where there was nothing to tell. */
export function foreignView({ signatures, revisions, textComparison }: ForeignReport): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (signatures.length > 0) {
    parts.push(
      make(
        'section',
        { class: 'stack stack--tight', 'data-foreign-signatures': '' },
        make('h3', {}, `文件里的 ${signatures.length} 个签名`),
        signatures.map(signatureCard),
      ),
    );
  }
  if (revisions.length > 0) {
    parts.push(
      make(
        'section',
        { class: 'stack stack--tight' },
        make('h3', {}, '第一个签名以后又保存的部分'),
        make(
          'ol',
          {},
          revisions.map(({ startByte, endByte, kind, changes }) =>
            make(
              'li',
              {},
              `${REVISION_WORD[kind]}，第 ${startByte}–${endByte} 字节${changes.length === 0 ? '' : `：${changes.map(changeText).join('，')}`}`,
            ),
          ),
        ),
      ),
    );
  }
  if (textComparison !== undefined) parts.push(make('section', {}, make('h3', {}, '与已知模板的文字对照'), clauseTable(textComparison)));
  return parts;
}

function signatureCard(signature: ForeignSignature, i: number): HTMLElement {
  const {
    field,
    kind,
    signer,
    issuer,
    certificateSha256,
    algorithm,
    claimedAt,
    timestamp,
    timestampAuthority,
    coveredBytes,
    integrity,
    trust,
    after,
    changes,
  } = signature;
  const time =
    timestamp !== null
      ? `${timeWord(timestamp)}，时间戳 ${timestampAuthority ?? ''}`
      : claimedAt === null
        ? '没有写'
        : `${timeWord(claimedAt)}，自报`;
  const rows: [string, string][] = [
    ['签名域', field ?? '没有签名域指向它'],
    ['签名人', signer ?? '读不出'],
    ['证书签发者', issuer === null ? '读不出' : `${issuer}，${TRUST_WORD[trust]}`],
    ['时间', time],
    ['核对结果', INTEGRITY_WORD[integrity]],
    ['覆盖范围', coveredBytes === null ? '没有覆盖文件开头的完整一段' : `文件开头到第 ${coveredBytes} 字节`],
    ['签名之后', after === null ? '没有得出' : AFTER_WORD[after]],
    ...(changes.length === 0 ? [] : [['改动', changes.map(changeText).join('，')] satisfies [string, string]]),
    ['算法', algorithm ?? '读不出'],
    ...(certificateSha256 === null ? [] : [['证书 SHA-256', certificateSha256] satisfies [string, string]]),
  ];
  return make(
    'details',
    { open: i < 3 ? '' : null },
    make('summary', {}, `第 ${i + 1} 个：${kind === 'timestamp' ? '存档时间戳' : (signer ?? '签名')}`),
    pairs(rows),
  );
}
