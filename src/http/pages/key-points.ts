/** Key points in everyday words, made of the agreement's own values; what no line knows keeps its label. */
import { html } from 'hono/html';
import type { ReadView } from '../views.ts';
import type { Html } from './layout.ts';

type Points = ReadView['keyPoints'];

/** Label, and the sentence into which the values go. */
const LINES: readonly (readonly [label: string, words: string])[] = [
  ['实习单位', '{unitName}'],
  ['岗位', '{post}'],
  ['地点', '{place}'],
  ['时间', '{startsOn} 至 {endsOn}'],
  ['每天', '{dailyTime}，共 {dailyHours} 小时'],
  ['每周', '{weeklyDays} 天'],
  ['休息', '{restArrangement}'],
  ['报酬', '每月 {stipendYuan} 元，每月 {payDay} 日发，{payMethod}'],
  ['吃饭', '{meals}'],
  ['住宿', '{lodging}'],
  ['保险', '{insurer}，保险费由{insurancePayer}承担'],
];

/** Whose number, as a sentence with the person's name, and the key of the number. */
const MENTORS = [
  { label: '学校指导教师', name: 'schoolMentor', phone: 'schoolMentorPhone' },
  { label: '单位指导人员', name: 'unitMentor', phone: 'unitMentorPhone' },
] as const;

const keysOf = (words: string): readonly string[] => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');

/** The words of a line with the values in their places, each saying where it comes from. */
function sentence(words: string, values: ReadonlyMap<string, string>): Html {
  const parts = words.split(/\{(\w+)\}/);
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : fact(part, values.get(part) ?? '')))}`;
}

/** Words that the page will hold against the file before it signs. Dates are worded; everything else stands as in the agreement. */
const fact = (key: string, value: string): Html => html`<span data-says="${/^\d{4}年/.test(value) ? `${key}:words` : key}">${value}</span>`;

/** Lines in the order of a reader's questions; a line that lacks one of its values falls back to label and value. */
export function everydayPoints(points: Points): readonly { readonly label: string; readonly value: Html | null }[] {
  const values = new Map(points.map(({ key, value }) => [key, value]));
  const lines = LINES.filter(([, words]) => keysOf(words).every((key) => (values.get(key) ?? '') !== ''));
  const used = new Set([
    ...lines.flatMap(([, words]) => keysOf(words)),
    ...MENTORS.filter(({ phone }) => values.has(phone)).flatMap(({ name, phone }) => [name, phone]),
  ]);
  return [
    ...lines.map(([label, words]) => ({ label, value: sentence(words, values) })),
    ...points
      .filter(({ key }) => !used.has(key))
      .map(({ key, label, value }) => ({ label, value: value === '' ? null : fact(key, value) })),
  ];
}

/** The mentors' numbers first, then the hotlines. */
export function phonesOf(view: Pick<ReadView, 'keyPoints' | 'hotlines'>): ReadView['hotlines'] {
  const values = new Map(view.keyPoints.map(({ key, value }) => [key, value]));
  const mentors = MENTORS.flatMap(({ label, name, phone }) => {
    const number = values.get(phone) ?? '';
    return number === '' ? [] : [{ label: `${label} ${values.get(name) ?? ''}`.trim(), phone: number }];
  });
  return [...mentors, ...view.hotlines];
}
