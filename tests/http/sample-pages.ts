/** Every page in every state of `sample-views.ts`, rendered. */
import { renderAgreementPage } from '../../src/http/pages/agreement.ts';
import { renderArrivePage } from '../../src/http/pages/arrive.ts';
import { renderBatchPage } from '../../src/http/pages/batch.ts';
import { renderBatchSignPage } from '../../src/http/pages/batch-sign.ts';
import { renderClassroomListPage, renderClassroomPage } from '../../src/http/pages/classroom.ts';
import { renderClassroomDoorPage } from '../../src/http/pages/classroom-door.ts';
import { renderDonePage } from '../../src/http/pages/done.ts';
import { renderErrorPage } from '../../src/http/pages/error.ts';
import { renderEvidencePage } from '../../src/http/pages/evidence.ts';
import { renderHomePage } from '../../src/http/pages/home.ts';
import { renderLinksPage } from '../../src/http/pages/links.ts';
import { renderLoginCodePage } from '../../src/http/pages/login-code.ts';
import { renderLookupPage } from '../../src/http/pages/lookup.ts';
import { renderObjectionPage } from '../../src/http/pages/objection.ts';
import { renderReadPage } from '../../src/http/pages/read.ts';
import { renderRosterPage } from '../../src/http/pages/roster.ts';
import { renderGoOnPage, renderSchoolDoorPage } from '../../src/http/pages/school-door.ts';
import { renderSchoolHomePage } from '../../src/http/pages/school-home.ts';
import { renderSignPage } from '../../src/http/pages/sign.ts';
import { renderSigningKeysPage } from '../../src/http/pages/signing-keys.ts';
import { renderTemplateDraftPage } from '../../src/http/pages/template-draft.ts';
import { renderTemplatePreviewPage } from '../../src/http/pages/template-preview.ts';
import { renderTemplatesPage } from '../../src/http/pages/templates.ts';
import { renderVerifyPage } from '../../src/http/pages/verify.ts';
import * as templates from './sample-template-views.ts';
import * as views from './sample-views.ts';

/** What somebody may type into a cell, a title or a file name. */
export const HOSTILE = `"><script>alert(1)</script><img src=x onerror='x'>`;

export const PAGES: Readonly<Record<string, unknown>> = {
  home: renderHomePage({ templates: [views.template] }),
  error: renderErrorPage({ status: 404, code: 'LINK_EXPIRED', zh: HOSTILE, requestId: HOSTILE, home: '/school' }),
  'school door': renderSchoolDoorPage({ key: HOSTILE, goOn: null, refusal: null }),
  'school door of a session that ended': renderSchoolDoorPage({
    key: null,
    goOn: { to: '/school/batches', kept: HOSTILE, lost: false },
    refusal: { code: 'SCHOOL_SESSION_MISSING', zh: HOSTILE },
  }),
  'way on with what was typed': renderGoOnPage({ to: '/school/batches', fields: [[HOSTILE, HOSTILE]] }),
  'school home': renderSchoolHomePage(views.schoolHome),
  'school home without batches': renderSchoolHomePage({ ...views.schoolHome, batches: [] }),
  roster: renderRosterPage(views.roster),
  'roster with hostile names': renderRosterPage({
    ...views.roster,
    schoolName: HOSTILE,
    form: { ...views.roster.form, name: HOSTILE, annexTitle: HOSTILE, clauses: `</textarea>${HOSTILE}` },
    roster: { ...views.roster.roster, fileName: HOSTILE, notes: [HOSTILE] },
  }),
  'roster after a refusal': renderRosterPage({
    ...views.roster,
    form: { ...views.roster.form, clauses: `\n</textarea>${HOSTILE}`, order: 'all-together', consent: 'yes', acknowledgedError: 'yes' },
    refusal: { code: 'ROSTER_ROWS_NEED_GUARDIAN', zh: HOSTILE },
  }),
  'roster without students': renderRosterPage({ ...views.roster, roster: { ...views.roster.roster, acceptedCount: 0, sample: [] } }),
  'school home with two texts': renderSchoolHomePage({
    ...views.schoolHome,
    templates: [views.template, { ...views.template, pack: 'other', title: HOSTILE }],
  }),
  templates: renderTemplatesPage(templates.list),
  'templates after a refusal': renderTemplatesPage({
    ...templates.list,
    drafts: [],
    refusal: { code: 'TEMPLATE_SOURCE_COMMENTS', zh: HOSTILE },
  }),
  'template draft': renderTemplateDraftPage(templates.draft),
  'template draft with hostile words': renderTemplateDraftPage({ ...templates.hostileDraft(HOSTILE), refusal: { code: 'X', zh: HOSTILE } }),
  'template draft that was confirmed': renderTemplateDraftPage({ ...templates.draft, confirmed: { pack: 'wizard', version: '1' } }),
  'template preview': renderTemplatePreviewPage({ ...templates.preview, title: HOSTILE }),
  batch: renderBatchPage(views.batch),
  agreement: renderAgreementPage(views.agreement(HOSTILE)),
  'agreement after a refusal to issue it anew': renderAgreementPage({
    ...views.agreement(HOSTILE),
    typed: { form: 'reissue', values: { reason: 'value-wrong', message: `</textarea>${HOSTILE}`, 'v.post': HOSTILE, 'v.meals': '自理' } },
  }),
  'agreement after a refusal to amend it': renderAgreementPage({
    ...views.agreement(HOSTILE),
    row: { ...views.agreement('').row, state: 'completed' },
    typed: { form: 'amendment', values: { kind: 'extension', endsOn: '2027-08-31', reason: `</textarea>${HOSTILE}` } },
  }),
  'agreement that was voided for good': renderAgreementPage({
    ...views.agreement(''),
    refusal: null,
    row: { ...views.agreement('').row, state: 'voided', voided: { reason: 'declined', message: '', at: views.NOW, replacedBy: null } },
  }),
  'agreement that was voided': renderAgreementPage({
    ...views.agreement(''),
    row: {
      ...views.agreement('').row,
      state: 'voided',
      voided: { reason: 'value-wrong', message: HOSTILE, at: views.NOW, replacedBy: 'SF-2' },
    },
  }),
  'verify with a voided agreement': renderVerifyPage({
    desk: null,
    templates: [],
    report: { ...views.report, voided: { at: views.NOW, reason: HOSTILE, replacedBy: 'SF-2' } },
  }),
  classroom: renderClassroomPage(views.classroom(HOSTILE)),
  'classroom that is over': renderClassroomPage({ ...views.classroom(HOSTILE), code: null }),
  'classroom list': renderClassroomListPage(views.classroom(HOSTILE)),
  'classroom door': renderClassroomDoorPage({
    schoolName: HOSTILE,
    action: '/c/1',
    typed: { who: HOSTILE },
    refusal: { code: 'X', zh: HOSTILE },
  }),
  evidence: renderEvidencePage({ schoolName: HOSTILE, evidence: views.evidence(HOSTILE) }),
  'signing keys': renderSigningKeysPage(views.signingKeys(HOSTILE)),
  'signing keys of a new school': renderSigningKeysPage({
    ...views.signingKeys(''),
    tokens: [],
    newToken: null,
    organisations: [],
    keys: [],
    connected: [],
    runs: [],
    batches: [],
    refusal: null,
  }),
  objection: renderObjectionPage(views.objection(HOSTILE)),
  'objection by link alone': renderObjectionPage({ ...views.objection(HOSTILE), identityProved: false, open: [], carriesNumber: false }),
  links: renderLinksPage(views.links),
  arrive: renderArrivePage(views.arrive),
  'arrive of a guardian after a wrong answer': renderArrivePage({
    ...views.arrive,
    role: 'guardian',
    typed: { studentName: HOSTILE },
    refusal: { code: 'X', zh: HOSTILE },
  }),
  'code by message': renderLoginCodePage(views.loginCode),
  'code by mail': renderLoginCodePage({ ...views.loginCode, way: 'mail', to: 'wa***@vocational-school.example.edu.cn' }),
  'code by message after a wrong one': renderLoginCodePage({ ...views.loginCode, person: false, refusal: { code: 'X', zh: HOSTILE } }),
  'arrive again after all is signed': renderArrivePage({ ...views.arrive, turn: 'signed', identityProved: true }),
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
  'batch sign with a seal': renderBatchSignPage({ ...views.batchSign, seal: views.seal }),
  'batch sign of a hostile organisation after a refusal': renderBatchSignPage({
    ...views.batchSign,
    ceremony: { ...views.batchSign.ceremony, role: 'school', organisation: HOSTILE, signatoryName: HOSTILE },
    seal: { ...views.seal, isChosen: false, refusal: { code: 'X', zh: HOSTILE } },
  }),
  'batch sign when all is signed': renderBatchSignPage({ ...views.batchSign, ceremony: { ...views.batchSign.ceremony, items: [] } }),
  verify: renderVerifyPage({ desk: null, templates: [views.template], report: null }),
  'verify with a hostile file name': renderVerifyPage({
    desk: null,
    templates: [views.template],
    report: { ...views.report, file: HOSTILE },
  }),
  lookup: renderLookupPage({ templates: [], report: null, agreementNumber: HOSTILE, found: null }),
  'lookup of a voided agreement': renderLookupPage({
    templates: [],
    report: null,
    agreementNumber: 'SF-1',
    found: {
      schoolName: HOSTILE,
      parties: [{ role: 'student', signedAt: views.NOW }],
      headSha256: null,
      voided: { at: views.NOW, reason: '协议内容填写有误', replacedBy: 'SF-2' },
      replaces: 'SF-0',
    },
  }),
};
