import { describe, expect, it } from 'vitest';
import { ASSET_BASE, ASSETS, assetResponse } from '../../src/http/assets.ts';
import { renderArrivePage } from '../../src/http/pages/arrive.ts';
import { renderBatchPage } from '../../src/http/pages/batch.ts';
import { renderBatchSignPage } from '../../src/http/pages/batch-sign.ts';
import { renderDonePage } from '../../src/http/pages/done.ts';
import { renderErrorPage } from '../../src/http/pages/error.ts';
import { renderHomePage } from '../../src/http/pages/home.ts';
import { renderLinksPage } from '../../src/http/pages/links.ts';
import { renderLookupPage } from '../../src/http/pages/lookup.ts';
import { renderReadPage } from '../../src/http/pages/read.ts';
import { clauseNumber } from '../../src/http/pages/reading.ts';
import { renderRosterPage } from '../../src/http/pages/roster.ts';
import { renderSchoolDoorPage } from '../../src/http/pages/school-door.ts';
import { renderSchoolHomePage } from '../../src/http/pages/school-home.ts';
import { renderSignPage } from '../../src/http/pages/sign.ts';
import { renderVerifyPage } from '../../src/http/pages/verify.ts';
import * as views from './sample-views.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='x'>`;

const PAGES: Readonly<Record<string, unknown>> = {
  home: renderHomePage({ templates: [views.template] }),
  error: renderErrorPage({ status: 404, code: 'LINK_EXPIRED', zh: HOSTILE, requestId: HOSTILE, home: '/school' }),
  'school door': renderSchoolDoorPage({ key: HOSTILE }),
  'school home': renderSchoolHomePage(views.schoolHome),
  'school home without batches': renderSchoolHomePage({ ...views.schoolHome, batches: [] }),
  roster: renderRosterPage(views.roster),
  'roster with hostile names': renderRosterPage({
    ...views.roster,
    schoolName: HOSTILE,
    suggestedName: HOSTILE,
    suggestedAnnex: { title: HOSTILE, clauses: [`</textarea>${HOSTILE}`] },
    roster: { ...views.roster.roster, fileName: HOSTILE, notes: [HOSTILE] },
  }),
  'roster without students': renderRosterPage({ ...views.roster, roster: { ...views.roster.roster, acceptedCount: 0, sample: [] } }),
  batch: renderBatchPage(views.batch),
  links: renderLinksPage(views.links),
  arrive: renderArrivePage(views.arrive),
  'arrive of a guardian after a wrong answer': renderArrivePage({ ...views.arrive, role: 'guardian', refusal: { code: 'X', zh: HOSTILE } }),
  'arrive of a unit': renderArrivePage({ ...views.arrive, role: 'unit', maskedName: HOSTILE }),
  read: renderReadPage(views.read),
  'read before one is due': renderReadPage({ ...views.read, state: 'waiting', waitingFor: 'student', annex: null }),
  'read with hostile values': renderReadPage({
    ...views.read,
    signatoryName: HOSTILE,
    keyPoints: [{ key: 'post', label: '岗位', value: HOSTILE }],
    hotlines: [{ label: HOSTILE, phone: HOSTILE }],
  }),
  sign: renderSignPage({ ...views.sign, ceremony: { ...views.sign.ceremony, signatoryName: HOSTILE } }),
  done: renderDonePage(views.done),
  'batch sign': renderBatchSignPage(views.batchSign),
  'batch sign when all is signed': renderBatchSignPage({ ...views.batchSign, ceremony: { ...views.batchSign.ceremony, items: [] } }),
  verify: renderVerifyPage({ templates: [views.template], report: null }),
  'verify with a hostile file name': renderVerifyPage({ templates: [views.template], report: { ...views.report, file: HOSTILE } }),
  lookup: renderLookupPage({ agreementNumber: HOSTILE, found: null }),
};

const every = (pattern: RegExp, text: string): readonly string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

describe.each(Object.keys(PAGES))('the page: %s', (name) => {
  const text = String(PAGES[name]);
  const ids = every(/\sid="([^"]*)"/g, text);

  it('is a Chinese document with one heading, one main landmark and a title', () => {
    expect(text).toMatch(/^<!doctype html>\n<html lang="zh-CN"[ >]/);
    expect(text.match(/<h1[ >]/g)).toHaveLength(1);
    expect(text.match(/<main[ >]/g)).toHaveLength(1);
    expect(text).toMatch(/<title>[^<]+｜三方签<\/title>/);
    expect(text).toContain('href="#main"');
  });

  it('has no inline script, handler or style, and asks nothing of another host', () => {
    expect(every(/<script([^>]*)>/g, text).every((attributes) => attributes.includes(`src="${ASSET_BASE}`))).toBe(true);
    expect(text.replace(/="[^"]*"/g, '=""')).not.toMatch(/<[a-z][^<>]*\s(?:on[a-z]+|style)=/i);
    expect(text).not.toMatch(/(?:src|action|srcset)="(?:https?:)?\/\//);
    expect(every(/<link[^>]*href="([^"]*)"/g, text).every((href) => href.startsWith(ASSET_BASE))).toBe(true);
  });

  it('loads only assets that are served', () => {
    for (const path of every(/(?:src|href)="(\/assets\/[^"]*)"/g, text)) expect(assetResponse(path)?.status).toBe(200);
  });

  it('shows hostile text as text', () => {
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img src=x');
  });

  it('names every input and keeps every reference', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const target of every(/(?:\sfor|aria-labelledby)="([^"]*)"/g, text)) expect(ids).toContain(target);
    for (const target of every(/aria-describedby="([^"]*)"/g, text).flatMap((list) => list.split(' '))) expect(ids).toContain(target);
    const withoutWrapped = text.replace(/<label[^>]*>\s*<input[^>]*>[\s\S]*?<\/label>/g, '');
    for (const input of every(/<(?:input|textarea|select)\s([^>]*)>/g, withoutWrapped)) {
      if (input.includes('type="hidden"')) continue;
      expect(text).toContain(`for="${/id="([^"]*)"/.exec(input)?.[1] ?? 'no id'}"`);
    }
  });

  it('fits the first view in 120 KB with everything it loads', () => {
    const loaded = every(/(?:src|href)="\/assets\/[0-9a-f]+\/([^"]*)"/g, text);
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      const code = new TextDecoder().decode(ASSETS.get(path)?.bytes);
      for (const specifier of every(/from '([^']+)'/g, path.endsWith('.ts') ? code : ''))
        visit(new URL(specifier, `http://x/${path}`).pathname.slice(1));
    };
    for (const path of loaded) visit(path);
    for (const path of reached) expect([...ASSETS.keys()]).toContain(path);
    const bytes = [...reached].reduce((sum, path) => sum + (ASSETS.get(path)?.bytes.length ?? 0), new TextEncoder().encode(text).length);
    expect(bytes).toBeLessThan(120_000);
  });
});

describe('the words of the pages', () => {
  it('marks a template that is not national wherever an agreement is made or judged', () => {
    for (const name of ['home', 'school home', 'roster', 'batch', 'read', 'batch sign', 'verify with a hostile file name'])
      expect(String(PAGES[name])).toContain('样张');
  });

  it('chooses neither answer of the informed consent beforehand', () => {
    expect(String(PAGES['read'])).toContain('value="agree" required');
    expect(String(PAGES['read'])).toContain('value="disagree" required');
    expect(String(PAGES['read'])).not.toContain('checked');
  });

  it('sets the annex apart by word, frame and accessible name', () => {
    expect(String(PAGES['read'])).toMatch(/<section class="card reading annex" id="annex" aria-label="学校补充条款">/);
  });

  it('makes every hotline a number that can be tapped', () => {
    expect(String(PAGES['read'])).toContain('href="tel:07711234567"');
  });

  it('says that the school left a key point empty', () => {
    expect(String(PAGES['read'])).toContain('学校未填');
  });

  it('says the verdict in words, not by colour alone', () => {
    for (const [verdict, word] of [
      ['passed', '通过'],
      ['review', '需人工复核'],
      ['failed', '不通过'],
      ['indeterminate', '无法判定'],
    ] as const)
      expect(String(renderVerifyPage({ templates: [], report: { ...views.report, verdict } }))).toContain(`<h3>${word}</h3>`);
  });

  it('shows how to check the locked text with common tools', () => {
    expect(String(PAGES['verify'])).toContain(`head -c ${views.template.prefixLengthBytes} 协议.pdf | sha256sum`);
  });

  it('lists the three tiers of a roster apart', () => {
    for (const words of ['必须改（2）', '请确认（1）', '已自动整理（2）']) expect(String(PAGES['roster'])).toContain(words);
  });

  it('numbers annex clauses in Chinese', () => {
    expect([1, 9, 10, 11, 20, 21, 50].map(clauseNumber)).toEqual(['一', '九', '十', '十一', '二十', '二十一', '五十']);
  });
});
