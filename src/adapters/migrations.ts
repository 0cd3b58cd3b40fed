/** The database layout, step by step. A step that was released is never changed; the next one corrects it. */
import type { Database } from 'better-sqlite3';

const STEPS: readonly string[] = [
  `
  CREATE TABLE tenant (id TEXT PRIMARY KEY, name TEXT NOT NULL, key_hash TEXT UNIQUE, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE session (token_hash TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE roster (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, file_name TEXT NOT NULL, uploaded_at INTEGER NOT NULL, result TEXT NOT NULL
  ) STRICT;
  CREATE TABLE batch (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, name TEXT NOT NULL, roster TEXT NOT NULL UNIQUE REFERENCES roster,
    template TEXT NOT NULL, annex_title TEXT, signing_order TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX batch_of_tenant ON batch (tenant, created_at);
  CREATE TABLE agreement (
    number TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, batch TEXT NOT NULL REFERENCES batch, position INTEGER NOT NULL,
    data TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending', 'failed', 'signing', 'completed')),
    head_number INTEGER, head_sha256 TEXT, failure_code TEXT, failure_zh TEXT,
    UNIQUE (batch, position),
    CHECK ((state IN ('signing', 'completed')) = (head_sha256 IS NOT NULL AND head_number IS NOT NULL)),
    CHECK ((state = 'failed') = (failure_code IS NOT NULL AND failure_zh IS NOT NULL))
  ) STRICT;
  CREATE TABLE party (
    agreement TEXT NOT NULL REFERENCES agreement, role TEXT NOT NULL, position INTEGER NOT NULL, signatory_key TEXT NOT NULL, signed_at INTEGER,
    PRIMARY KEY (agreement, role)
  ) STRICT;
  CREATE TABLE ceremony (
    id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL REFERENCES tenant, batch TEXT NOT NULL REFERENCES batch,
    role TEXT NOT NULL, agreement TEXT REFERENCES agreement, signatory_key TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, failed_attempts INTEGER NOT NULL DEFAULT 0, revoked INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX ceremony_of_signatory ON ceremony (batch, role, signatory_key);
  CREATE TABLE certificate (
    id TEXT PRIMARY KEY, ceremony TEXT NOT NULL REFERENCES ceremony, chain TEXT NOT NULL, issued_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE prepared_signature (
    id TEXT PRIMARY KEY, ceremony TEXT NOT NULL REFERENCES ceremony, agreement TEXT NOT NULL REFERENCES agreement, role TEXT NOT NULL,
    certificate TEXT NOT NULL REFERENCES certificate, ink TEXT, base_number INTEGER NOT NULL, base_sha256 TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE revision (
    agreement TEXT NOT NULL REFERENCES agreement, number INTEGER NOT NULL, sha256 TEXT NOT NULL, length_bytes INTEGER NOT NULL,
    role TEXT, prepared TEXT UNIQUE REFERENCES prepared_signature, at INTEGER NOT NULL,
    PRIMARY KEY (agreement, number), UNIQUE (agreement, role),
    CHECK ((number = 0) = (role IS NULL AND prepared IS NULL))
  ) STRICT;
  CREATE TABLE job (
    kind TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done')),
    attempts INTEGER NOT NULL, again INTEGER NOT NULL, lease_until INTEGER, queued_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
  ) STRICT;
  CREATE TABLE audit (
    tenant TEXT NOT NULL REFERENCES tenant, sequence INTEGER NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL,
    kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (tenant, sequence), UNIQUE (tenant, previous)
  ) STRICT;
  CREATE TABLE idempotency (
    scope TEXT NOT NULL, key TEXT NOT NULL, request_sha256 TEXT NOT NULL, status INTEGER, body TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT;
  `,
  `
  ALTER TABLE roster ADD COLUMN template TEXT;
  CREATE TABLE roster_file (
    roster TEXT PRIMARY KEY REFERENCES roster, tenant TEXT NOT NULL REFERENCES tenant, bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE template_draft (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, file_name TEXT NOT NULL, source_sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL, decisions TEXT NOT NULL, pack TEXT, version TEXT,
    CHECK ((pack IS NULL) = (version IS NULL))
  ) STRICT;
  CREATE INDEX template_draft_of_tenant ON template_draft (tenant, created_at);
  `,
  // A revision without a role is the unsigned agreement, or one that seals what all have signed.
  `
  CREATE TABLE sealed_revision (
    agreement TEXT NOT NULL REFERENCES agreement, number INTEGER NOT NULL, sha256 TEXT NOT NULL, length_bytes INTEGER NOT NULL,
    role TEXT, prepared TEXT UNIQUE REFERENCES prepared_signature, at INTEGER NOT NULL,
    PRIMARY KEY (agreement, number), UNIQUE (agreement, role),
    CHECK ((role IS NULL) = (prepared IS NULL)), CHECK (number > 0 OR role IS NULL)
  ) STRICT;
  INSERT INTO sealed_revision SELECT agreement, number, sha256, length_bytes, role, prepared, at FROM revision;
  DROP TABLE revision;
  ALTER TABLE sealed_revision RENAME TO revision;
  `,
  `
  CREATE TABLE objection (
    id TEXT PRIMARY KEY, agreement TEXT NOT NULL REFERENCES agreement, ceremony TEXT NOT NULL REFERENCES ceremony, role TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('decline', 'question')), reason TEXT NOT NULL, message TEXT NOT NULL,
    identity_proved INTEGER NOT NULL, raised_at INTEGER NOT NULL, closed_at INTEGER, closed_by TEXT,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
  ) STRICT;
  CREATE INDEX objection_of_agreement ON objection (agreement);
  CREATE TABLE voiding (
    agreement TEXT PRIMARY KEY REFERENCES agreement, reason TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL,
    replaced_by TEXT UNIQUE REFERENCES agreement
  ) STRICT;
  `,
  `
  CREATE TABLE consent (
    prepared TEXT PRIMARY KEY REFERENCES prepared_signature, terms_sha256 TEXT NOT NULL, template_sha256 TEXT NOT NULL, annex_sha256 TEXT,
    document_sha256 TEXT NOT NULL, at INTEGER NOT NULL, from_address TEXT NOT NULL, device TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_of_subject ON audit (tenant, subject);
  `,
  `
  CREATE TABLE classroom (
    id TEXT PRIMARY KEY, batch TEXT NOT NULL REFERENCES batch, tenant TEXT NOT NULL REFERENCES tenant, secret TEXT NOT NULL,
    opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, closed_at INTEGER, tries_left INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX classroom_of_batch ON classroom (batch);
  CREATE TABLE classroom_try (
    classroom TEXT NOT NULL REFERENCES classroom, who_hash TEXT NOT NULL, taken INTEGER NOT NULL, PRIMARY KEY (classroom, who_hash)
  ) STRICT;
  CREATE TABLE reminder (batch TEXT PRIMARY KEY REFERENCES batch, at INTEGER NOT NULL) STRICT;
  `,
  // A job that failed waits longer each time; one that is of no use any more is kept as refused. What becomes of archives, and codes by message.
  `
  CREATE TABLE due_job (
    kind TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'refused')),
    attempts INTEGER NOT NULL, failures INTEGER NOT NULL, again INTEGER NOT NULL, lease_until INTEGER, due_at INTEGER NOT NULL,
    last_code TEXT, queued_at INTEGER NOT NULL, PRIMARY KEY (kind, subject)
  ) STRICT;
  INSERT INTO due_job SELECT kind, subject, state, attempts, 0, again, lease_until, queued_at, NULL, queued_at FROM job;
  DROP TABLE job;
  ALTER TABLE due_job RENAME TO job;
  CREATE INDEX job_due ON job (state, due_at);
  CREATE TABLE archive (agreement TEXT PRIMARY KEY REFERENCES agreement, renew_at INTEGER NOT NULL) STRICT;
  CREATE INDEX archive_due ON archive (renew_at);
  CREATE TABLE login_code (
    ceremony TEXT PRIMARY KEY REFERENCES ceremony, code_hash TEXT NOT NULL, sent_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    tries_left INTEGER NOT NULL, sent_today INTEGER NOT NULL, day INTEGER NOT NULL
  ) STRICT;
  `,
  // Keys that are not made in a page: the signatory's own file, an external signer with a token, or one that this server keeps.
  `
  ALTER TABLE certificate ADD COLUMN key_place TEXT NOT NULL DEFAULT 'page' CHECK (key_place IN ('page', 'file', 'external', 'server'));
  CREATE TABLE signer_token (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, label TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('unit', 'school')),
    organisation TEXT NOT NULL, credit_code TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
  ) STRICT;
  CREATE INDEX signer_token_of_tenant ON signer_token (tenant);
  CREATE TABLE organisation_key (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, label TEXT NOT NULL, keeper TEXT NOT NULL, chain TEXT NOT NULL,
    created_at INTEGER NOT NULL, removed_at INTEGER
  ) STRICT;
  CREATE INDEX organisation_key_of_tenant ON organisation_key (tenant);
  CREATE TABLE key_run (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, batch TEXT NOT NULL REFERENCES batch,
    key TEXT NOT NULL REFERENCES organisation_key, operator TEXT NOT NULL, terms_sha256 TEXT NOT NULL, from_address TEXT NOT NULL,
    device TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, trouble TEXT
  ) STRICT;
  CREATE UNIQUE INDEX key_run_open ON key_run (batch) WHERE ended_at IS NULL;
  `,
  // A consent form is an agreement of its own that goes with another.
  `
  ALTER TABLE agreement ADD COLUMN accompanies TEXT REFERENCES agreement;
  CREATE UNIQUE INDEX consent_of_agreement ON agreement (accompanies) WHERE accompanies IS NOT NULL;
  `,
  // Pictures of organisations' seals; a prepared signature is rebuilt with the one that it was prepared with.
  `
  CREATE TABLE organisation_seal (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenant, holder TEXT NOT NULL, ceremony TEXT NOT NULL REFERENCES ceremony,
    sha256 TEXT NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, colour_bytes INTEGER NOT NULL, streams BLOB NOT NULL,
    diameter_mm INTEGER NOT NULL CHECK (diameter_mm IN (38, 40, 42, 45)), stored_at INTEGER NOT NULL, from_address TEXT NOT NULL,
    device TEXT NOT NULL, removed_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX seal_of_holder ON organisation_seal (holder) WHERE removed_at IS NULL;
  ALTER TABLE prepared_signature ADD COLUMN seal TEXT REFERENCES organisation_seal;
  ALTER TABLE prepared_signature ADD COLUMN seal_diameter_mm INTEGER;
  CREATE INDEX prepared_with_seal ON prepared_signature (seal) WHERE seal IS NOT NULL;
  `,
  // Where signatories can be written to by mail.
  `
  CREATE TABLE contact (
    tenant TEXT NOT NULL REFERENCES tenant, signatory_key TEXT NOT NULL, email TEXT NOT NULL, stored_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, signatory_key)
  ) STRICT;
  `,
  // Additional SM2 signatures by programs: prepared, and the revision that redeemed each.
  `
  CREATE TABLE prepared_sm2 (
    id TEXT PRIMARY KEY, signer_token TEXT NOT NULL REFERENCES signer_token, agreement TEXT NOT NULL REFERENCES agreement,
    role TEXT NOT NULL CHECK (role IN ('unit', 'school')), chain TEXT NOT NULL, base_number INTEGER NOT NULL, base_sha256 TEXT NOT NULL,
    at INTEGER NOT NULL, revision INTEGER
  ) STRICT;
  CREATE INDEX sm2_of_agreement ON prepared_sm2 (agreement) WHERE revision IS NOT NULL;
  `,
  // Keys that the server keeps sign with the school's seal where that was chosen.
  `
  ALTER TABLE key_run ADD COLUMN seal INTEGER NOT NULL DEFAULT 0 CHECK (seal IN (0, 1));
  `,
  // What a text is that is being imported.
  `
  ALTER TABLE template_draft ADD COLUMN kind TEXT NOT NULL DEFAULT 'agreement' CHECK (kind IN ('agreement', 'consent'));
  CREATE INDEX draft_of_source ON template_draft (source_sha256);
  `,
  // Sources of drafts that are gone: their files are removed when that is committed, and again after a crash.
  `
  CREATE TABLE source_let_go (sha256 TEXT PRIMARY KEY) STRICT;
  `,
  // Which school it is: its agreements name no other.
  `
  ALTER TABLE tenant ADD COLUMN credit_code TEXT;
  `,
];

/** Brings the layout up to date, each step in one transaction. @throws Error when the file was written by a newer release */
export function migrate(database: Database): void {
  const done = Number(database.pragma('user_version', { simple: true }));
  if (done > STEPS.length)
    throw new Error(
      `数据文件夹是更新版本的三方签写的（数据库第 ${done} 版，本版本只到第 ${STEPS.length} 版）。请用原来的新版本启动，或从备份恢复。`,
    );
  for (let step = done; step < STEPS.length; step++) {
    database.transaction(() => {
      database.exec(STEPS[step] ?? '');
      database.pragma(`user_version = ${step + 1}`);
    })();
  }
}
