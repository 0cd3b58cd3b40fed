/** An organisation's own seal on its page of signatures: hand in, look at in true proportion, choose a size, remove. Nothing is chosen by itself. */
import { html } from 'hono/html';
import { SEAL_DIAMETERS_MM, USUAL_SEAL_DIAMETER_MM } from '../../agreement/seal-size.ts';
import type { BoxMm, StoredSealView } from '../views/seal.ts';
import type { BatchSignView } from '../views.ts';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';
import { timeWord } from './words.ts';

/** As the file has them: 11, 18 and 8 points. */
const [ORGANISATION_MM, NAME_MM, NOTE_MM] = [3.88, 6.35, 2.82];

/** Centred in the box, squeezed where it is too long. */
function words(text: string, sizeMm: number, y: number, { x, width }: BoxMm): Html {
  const isLong = [...text].length * sizeMm > width;
  return html`<text data-seal-words="${x + width / 2}" x="${x + width / 2}" y="${y}" font-size="${sizeMm}" text-anchor="middle"${isLong ? html` textLength="${width}" lengthAdjust="spacingAndGlyphs"` : ''}>${text}</text>`;
}

function picture({ preview, pngBase64, diameterMm }: StoredSealView, organisation: string, name: string): Html {
  const at = (preview.sizes.find((size) => size.diameterMm === diameterMm) ?? preview.sizes[0])?.at;
  if (at === null || at === undefined) return html``;
  const middle = at.name.y + at.name.height / 2;
  return html`<svg class="seal-preview" data-seal-preview viewBox="0 0 ${preview.widthMm} ${preview.heightMm}" width="${preview.widthMm}mm" height="${preview.heightMm}mm" role="img" aria-label="签名处的样子：左边是${organisation}的印章图样，右边是名称、经办人${name}和签署时间">
<rect class="place" x="0" y="0" width="${preview.widthMm}" height="${preview.heightMm}"/>
${preview.words.map(({ x, y, width, height }) => html`<rect class="printed" x="${x}" y="${y}" width="${width}" height="${height}"/>`)}
${words(organisation, ORGANISATION_MM, middle - 6, at.name)}${words(name, NAME_MM, middle + 2, at.name)}${words('已数字签名　年-月-日 时:分', NOTE_MM, middle + 8, at.name)}
<image data-seal-picture href="data:image/png;base64,${pngBase64}" x="${at.seal.x}" y="${at.seal.y}" width="${at.seal.width}" height="${at.seal.height}"/></svg>`;
}

const numbers = ({ x, y, width, height }: BoxMm): string => [x, y, width, height].join(' ');

function stored(view: BatchSignView, seal: StoredSealView): Html {
  const { organisation, signatoryName, role } = view.ceremony;
  const whose = organisation ?? '本单位';
  const { isChosen } = view.seal;
  return html`<fieldset class="stack stack--tight only-scripted"><legend>签名处画什么</legend>
<label class="choice"><input type="radio" name="seal-use" value="none"${isChosen ? '' : ' checked'} data-seal-use> <span>不用印章图样，只用签名</span></label>
<label class="choice"><input type="radio" name="seal-use" value="picture"${isChosen ? ' checked' : ''} data-seal-use> <span>在签名旁边画上印章图样</span></label></fieldset>
<div class="stack stack--tight" data-seal-details>
<fieldset class="stack stack--tight only-scripted"><legend>印章大小（请和实物印章一致）</legend><div class="buttons">${seal.preview.sizes.map(
    ({ diameterMm, at }) =>
      html`<label class="choice"><input type="radio" name="seal-size" value="${diameterMm}" data-seal-size="${at === null ? '' : numbers(at.seal)}" data-seal-middle="${at === null ? '' : at.name.x + at.name.width / 2}"${at === null ? ' disabled' : ''}${diameterMm === seal.diameterMm ? ' checked' : ''}> <span>${diameterMm} 毫米${at === null ? '（签名处放不下）' : ''}</span></label>`,
  )}</div></fieldset>
${picture(seal, whose, signatoryName)}
<p><strong>印章：</strong>${whose}印章图样 <span data-seal-mm>${seal.diameterMm}</span> 毫米　<strong>经办人：</strong>${signatoryName}</p>
<p class="soft small">${timeWord(seal.storedAt)} 上传，指纹尾号 <span class="code">${seal.sha256.slice(-8)}</span>。${role === 'school' ? '只有本校能看到和使用，下次签署还在。' : '只有这个链接能看到和使用，链接失效后即删除。'}图样按文件里的样子画出，深浅可能与原图略有差别。</p></div>
<form method="post" action="/b/${view.token}/seal/removal"><button class="button button--quiet button--small" type="submit">移除这张图样</button></form>`;
}

const upload = ({
  token,
  seal,
}: BatchSignView): Html => html`<form class="stack stack--tight" method="post" action="/b/${token}/seal" enctype="multipart/form-data">
<div class="field"><label for="seal-file">印章图片（PNG，背景透明）</label><p class="hint" id="seal-hint">边长 200 到 2000 像素，不超过 1 MB。白底的扫描图请先把背景去掉。</p><input id="seal-file" name="seal" type="file" accept=".png,image/png" required aria-describedby="seal-hint"></div>
<div class="field"><label for="seal-diameter">印章直径</label><select id="seal-diameter" name="diameterMm">${SEAL_DIAMETERS_MM.map((mm) => html`<option value="${mm}"${mm === (seal.stored?.diameterMm ?? USUAL_SEAL_DIAMETER_MM) ? ' selected' : ''}>${mm} 毫米</option>`)}</select></div>
<div class="buttons"><button class="button button--quiet" type="submit">${icon('upload')}上传并预览</button></div></form>`;

export const sealSection = (view: BatchSignView): Html => html`<section class="card stack no-print" id="seal" data-seal${
  view.seal.stored === null ? '' : html` data-seal-id="${view.seal.stored.id}" data-seal-sha256="${view.seal.stored.sha256}"`
} aria-labelledby="seal-title"><h2 id="seal-title">印章图样（可以不用）</h2>
<p>印章图样只是画在签名旁边的一张图，本身没有法律效力；有法律效力的是数字签名。只能用本单位自己的印章，经办人的姓名一并记录。</p>
${view.seal.refusal === null ? '' : html`<div class="notice notice--bad" role="alert" data-seal-refusal><p>${view.seal.refusal.zh}</p></div>`}
${
  view.seal.stored === null
    ? html`<p class="soft">现在：不用印章图样，只用签名。</p><details${view.seal.refusal === null ? '' : ' open'}><summary>上传本单位的印章图样</summary>${upload(view)}</details>`
    : html`${stored(view, view.seal.stored)}<details${view.seal.refusal === null ? '' : ' open'}><summary>换一张图样</summary>${upload(view)}</details>`
}</section>`;
