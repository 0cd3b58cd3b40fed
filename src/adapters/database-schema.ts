/** Tables as Kysely sees them: identifiers text, instants epoch milliseconds, documents canonical JSON as text. */

export interface Schema {
  tenant: { id: string; name: string; credit_code: string | null; key_hash: string | null; created_at: number };
  session: { token_hash: string; kind: string; subject: string; expires_at: number };
  roster: { id: string; tenant: string; file_name: string; uploaded_at: number; result: string; template: string | null };
  contact: { tenant: string; signatory_key: string; email: string; stored_at: number };
  roster_file: { roster: string; tenant: string; bytes: Uint8Array };
  template_draft: {
    id: string;
    tenant: string;
    file_name: string;
    source_sha256: string;
    created_at: number;
    decisions: string;
    kind: string;
    pack: string | null;
    version: string | null;
  };
  source_let_go: { sha256: string };
  batch: {
    id: string;
    tenant: string;
    name: string;
    roster: string;
    template: string;
    annex_title: string | null;
    signing_order: string;
    created_at: number;
  };
  agreement: {
    number: string;
    tenant: string;
    batch: string;
    position: number;
    data: string;
    state: string;
    head_number: number | null;
    head_sha256: string | null;
    failure_code: string | null;
    failure_zh: string | null;
    accompanies: string | null;
  };
  party: {
    agreement: string;
    role: string;
    position: number;
    signatory_key: string;
    signed_at: number | null;
  };
  revision: {
    agreement: string;
    number: number;
    sha256: string;
    length_bytes: number;
    role: string | null;
    prepared: string | null;
    at: number;
  };
  objection: {
    id: string;
    agreement: string;
    ceremony: string;
    role: string;
    kind: string;
    reason: string;
    message: string;
    identity_proved: number;
    raised_at: number;
    closed_at: number | null;
    closed_by: string | null;
  };
  classroom: {
    id: string;
    batch: string;
    tenant: string;
    secret: string;
    opened_at: number;
    expires_at: number;
    closed_at: number | null;
    tries_left: number;
  };
  classroom_try: { classroom: string; who_hash: string; taken: number };
  reminder: { batch: string; at: number };
  consent: {
    prepared: string;
    terms_sha256: string;
    template_sha256: string;
    annex_sha256: string | null;
    document_sha256: string;
    at: number;
    from_address: string;
    device: string;
  };
  voiding: { agreement: string; reason: string; message: string; at: number; replaced_by: string | null };
  ceremony: {
    id: string;
    token_hash: string;
    tenant: string;
    batch: string;
    role: string;
    agreement: string | null;
    signatory_key: string;
    created_at: number;
    expires_at: number;
    failed_attempts: number;
    revoked: number;
  };
  certificate: { id: string; ceremony: string; chain: string; issued_at: number; key_place: string };
  prepared_sm2: {
    id: string;
    signer_token: string;
    agreement: string;
    role: string;
    chain: string;
    base_number: number;
    base_sha256: string;
    at: number;
    revision: number | null;
  };
  prepared_signature: {
    id: string;
    ceremony: string;
    agreement: string;
    role: string;
    certificate: string;
    ink: string | null;
    base_number: number;
    base_sha256: string;
    at: number;
    seal: string | null;
    seal_diameter_mm: number | null;
  };
  organisation_seal: {
    id: string;
    tenant: string;
    holder: string;
    ceremony: string;
    sha256: string;
    width_px: number;
    height_px: number;
    colour_bytes: number;
    streams: Uint8Array;
    diameter_mm: number;
    stored_at: number;
    from_address: string;
    device: string;
    removed_at: number | null;
  };
  signer_token: {
    id: string;
    tenant: string;
    label: string;
    role: string;
    organisation: string;
    credit_code: string;
    token_hash: string;
    created_at: number;
    expires_at: number;
    last_used_at: number | null;
    revoked_at: number | null;
  };
  organisation_key: {
    id: string;
    tenant: string;
    label: string;
    keeper: string;
    chain: string;
    created_at: number;
    removed_at: number | null;
  };
  key_run: {
    id: string;
    tenant: string;
    batch: string;
    key: string;
    operator: string;
    terms_sha256: string;
    seal: number;
    from_address: string;
    device: string;
    started_at: number;
    ended_at: number | null;
    trouble: string | null;
  };
  job: {
    kind: string;
    subject: string;
    state: string;
    attempts: number;
    failures: number;
    again: number;
    lease_until: number | null;
    due_at: number;
    last_code: string | null;
    queued_at: number;
  };
  archive: { agreement: string; renew_at: number };
  login_code: {
    ceremony: string;
    code_hash: string;
    sent_at: number;
    expires_at: number;
    tries_left: number;
    sent_today: number;
    day: number;
  };
  audit: {
    tenant: string;
    sequence: number;
    previous: string;
    hash: string;
    at: number;
    kind: string;
    subject: string;
    detail: string;
  };
  idempotency: {
    scope: string;
    key: string;
    request_sha256: string;
    status: number | null;
    body: string | null;
    at: number;
  };
}
