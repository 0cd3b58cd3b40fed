import { describe, expect, it } from 'vitest';
import { ASSET_BASE, ASSETS, assetResponse } from '../../src/http/assets.ts';
import { renderAgreementPage } from '../../src/http/pages/agreement.ts';
import { renderRosterPage } from '../../src/http/pages/roster.ts';
import { renderVerifyPage } from '../../src/http/pages/verify.ts';
import { PAGES } from './sample-pages.ts';
import * as views from './sample-views.ts';

const every = (pattern: RegExp, text: string): readonly string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

it('offers who has proved identity in this browser the way on, and who has signed what was signed', () => {
  expect(String(PAGES['arrive again after all is signed'])).toMatch(/href="\/s\/[^"/]+\/done"/);
  expect(String(PAGES['arrive again after all is signed'])).toContain('已签好岗位实习三方协议');
  expect(String(PAGES['arrive'])).not.toContain('刚才已经核验过');
});

it('leads from an agreement to what comes next, as it stands', () => {
  const agreement = views.agreement('张三');
  const page = (state: typeof agreement.row.state, more: Partial<typeof agreement.row> = {}): string =>
    String(renderAgreementPage({ ...agreement, row: { ...agreement.row, state, ...more } }));
  expect(page('pending')).toContain('正在生成');
  expect(page('signing', { replaces: 'SF-OLD' })).toContain('学生和监护人要用新链接签');
  expect(page('signing')).toMatch(/action="\/school\/batches\/[^"]+\/invitations"/);
  expect(page('declined')).toContain('href="#reissue-title"');
  expect(page('declined')).not.toContain('未轮到');
  expect(page('voided')).not.toContain('未轮到');
});

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
      expect(String(renderVerifyPage({ desk: null, templates: [], report: { ...views.report, verdict } }))).toContain(`<h3>${word}</h3>`);
  });

  it('shows how to check the locked text with common tools', () => {
    expect(String(PAGES['verify'])).toContain(`head -c ${views.template.prefixLengthBytes} 协议.pdf | sha256sum`);
  });

  it('lists the three tiers of a roster apart', () => {
    for (const words of ['必须改（2）', '请确认（1）', '已自动整理（2）']) expect(String(PAGES['roster'])).toContain(words);
  });

  it('names the columns that a roster lacks in one sentence', () => {
    const whole = { level: 'error', row: null, column: null, code: 'ROSTER_COLUMN_MISSING', from: null, to: null } as const;
    const issues = ['班级', '专业'].map((field) => ({ ...whole, field, zh: `缺少“${field}”。` }));
    const page = String(renderRosterPage({ ...views.roster, roster: { ...views.roster.roster, issues } }));
    expect(page).toContain('缺少 2 项');
    expect(page).toContain('<strong>班级、专业</strong>');
    expect(page.match(/class="where"/g)).toHaveLength(1);
  });
});
