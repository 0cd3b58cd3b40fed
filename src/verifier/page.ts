/** The offline page: the desk over its own workers. Never asks the network for anything. */
import './no-eval.ts';
import { parseAnchor } from '../pki/anchors.ts';
import { takeCarried } from './carried.ts';
import { openDesk } from './desk.ts';
import { make, need } from './elements.ts';
import type { Engine } from './engine.ts';
import { offlineEngine } from './offline-engine.ts';
import { digestApart, warmUp } from './pool.ts';
import { STATUS_WORD } from './words.ts';

function showAbout({ software, templates, trustAnchors }: Engine['facts']): void {
  const rows: [string, string][] = [
    ['软件版本', software],
    ...templates.map((one): [string, string] => [
      '自带模板',
      `${one.pack} ${one.version}（${STATUS_WORD[one.status]}），前缀 SHA-256 ${one.prefixSha256}`,
    ]),
    ...trustAnchors.map((der): [string, string] => {
      const { subject, sha256 } = parseAnchor(der);
      return ['信任的根证书', `${subject.commonName ?? subject.organisation ?? ''}，SHA-256 ${sha256}`];
    }),
  ];
  if (trustAnchors.length === 0) rows.push(['信任的根证书', '没有：所有签名人的身份都会“无法判定”']);
  need(HTMLElement, '[data-about]').replaceChildren(
    ...rows.map(([label, value]) => make('div', {}, make('dt', {}, label), make('dd', { class: 'code' }, value))),
  );
}

const carried = takeCarried();
const engine = offlineEngine(carried);
const desk = openDesk(engine);
try {
  showAbout(engine.facts);
  await warmUp(carried);
  need(HTMLElement, '[data-ready]').textContent = '已就绪，可以断网使用';
  need(HTMLElement, '[data-digest]').textContent = await digestApart(carried, carried.pieces);
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  desk.breakDown(`验证器不能工作：${why}。请重新取得这个网页的原件，用新版 Chrome、Edge 或 Firefox 打开。`);
}
