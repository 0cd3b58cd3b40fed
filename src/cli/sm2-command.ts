/** `sm2`: adds an SM2 signature to a file beside the one that the party has made; the key stays with a device or another program. */
import { PARTY_ROLES, PARTY_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { parseRfc3339 } from '../instant.ts';
import { PkiError } from '../pki/failure.ts';
import { certificatesIn } from '../pki/pem.ts';
import { addSm2, sm2Attributes } from '../workflow/add-sm2.ts';
import { loadTemplates } from '../workflow/load-templates.ts';
import { malformed, needed, readArguments } from './arguments.ts';
import { readBytes, writeNew } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

type Sm2Surroundings = Pick<
  Surroundings,
  'clock' | 'fonts' | 'packNames' | 'print' | 'readPack' | 'templateAuthorities' | 'trustAnchorFile' | 'trustAnchors'
>;

export async function sm2Command(around: Sm2Surroundings, args: readonly string[]): Promise<ExitCode> {
  const [action, ...rest] = args;
  if (action !== 'attributes' && action !== 'attach') throw malformed('sm2 后面要写 attributes 或 attach');
  const { positionals, values } = readArguments(rest, ['party', 'chain', 'at', 'value', 'out', 'trust']);
  const file = readBytes(needed(positionals[0], '协议文件'));
  const role = PARTY_ROLES.find((each) => each === values.party);
  if (role === undefined) throw malformed(`--party 要写 ${PARTY_ROLES.join('、')} 之一`);
  const at = parseRfc3339(needed(values.at, ' --at 签署时间'));
  if (at === undefined) throw malformed('--at 要写成 2026-09-01T08:00:00Z 的样子');
  const out = needed(values.out, ' --out 文件');
  const request = { role, at, certificateChain: readChain(needed(values.chain, ' --chain 证书链.pem')) };
  const packs = around.packNames().map((name) => around.readPack(name));
  const templates = loadTemplates(packs, around.fonts, around.templateAuthorities());
  if (action === 'attributes') {
    writeNew(out, sm2Attributes(templates, file, request));
    around.print(`待签数据已写入 ${out}。请用 SM3 和默认标识签名，再用 sm2 attach 放入签名值，其他参数保持不变。`);
    return 0;
  }
  const trustAnchors = values.trust === undefined ? await around.trustAnchors() : await around.trustAnchorFile(values.trust);
  const context = { templates, trustAnchors, checkedAt: around.clock.now() };
  writeNew(out, addSm2(context, file, request, readBytes(needed(values.value, ' --value 签名值'))));
  around.print(`已为${PARTY_ZH[role]}附加国密签名：${out}`);
  return 0;
}

function readChain(path: string): readonly Uint8Array[] {
  try {
    return certificatesIn(readBytes(path));
  } catch (error) {
    if (error instanceof PkiError) throw new AppError('SM2_CERTIFICATE_UNUSABLE', { reason: '不是 PEM 或 DER 格式的证书文件' });
    throw error;
  }
}
