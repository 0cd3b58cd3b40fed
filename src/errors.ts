/** Refused commands: one class, one catalogue of stable codes with the Chinese sentence a user reads. */

interface Refusal {
  /** HTTP status that `http/` answers with; the command line maps any refusal to exit code 2. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 422 | 429 | 500 | 503;
  /** What happened and what to do next. `{name}` is replaced by the parameter of that name. */
  readonly zh: string;
}

/** Every refusal the product can give. Codes read SUBJECT_PREDICATE and are never renamed or reused. */
export const REFUSALS = {
  REQUEST_MALFORMED: { status: 400, zh: '提交的内容不完整或格式不对（{where}）。请返回上一页重新填写。' },
  TEMPLATE_BODY_GRAMMAR: {
    status: 422,
    zh: '模板正文 body.hbs 第 {line} 行有不允许的写法（{text}）。正文只能有文字和 {{字段}}，请从原件重新导入，不要手工修改。',
  },
  TEMPLATE_MANIFEST_MALFORMED: { status: 422, zh: '模板清单 manifest.json 的内容不符合格式（{where}）。请从原件重新导入模板。' },
  TEMPLATE_ALTERED: { status: 422, zh: '模板文件与导入时不一致：{what}。示范文本不得改动，请恢复原文件，或从原件重新导入。' },
  TEMPLATE_AUTHORITY_MISSING: {
    status: 422,
    zh: '模板包“{pack} {version}”写明是{status}，但没有模板机构的签署（release.json 和 release.p7s）。请向模板机构索取，用 template release 装入；只为试用请以样张重新导入。',
  },
  TEMPLATE_RELEASE_INVALID: {
    status: 422,
    zh: '模板包“{pack}”的机构签署无效：{reason}。请向模板机构重新索取 release.json 和 release.p7s。',
  },
  TEMPLATE_AUTHORITY_UNTRUSTED: {
    status: 422,
    zh: '模板包“{pack}”的签署机构，不是本机信任的能发布{status}的机构（{reason}）。请先向主管部门核实，再把该机构的证书放进 certs/authorities/{rank}/。',
  },
  TEMPLATE_RELEASE_MISMATCH: {
    status: 422,
    zh: '机构签署与模板包“{pack}”对不上：{what}。请装入与签署配套的模板包，或向模板机构索取这个模板包的签署。',
  },
  TEMPLATE_RELEASE_NOT_NEWER: {
    status: 409,
    zh: '模板包“{pack}”已有 {present} 签发的签署，不会换成更早或同时的（{offered}）。请向模板机构索取最新的签署。',
  },
  TEMPLATE_AUTHORITY_FILE_REFUSED: {
    status: 422,
    zh: '模板机构的证书文件不能用：{path}（{reason}）。请换成该机构给的证书（PEM 或 DER），或移走这个文件。',
  },
  TEMPLATE_KEY_REFUSED: { status: 422, zh: '不能用这个密钥或证书签署模板：{reason}。请核对 --key、--cert 或 --p12 指定的文件。' },
  TEMPLATE_VERSION_TWICE: {
    status: 422,
    zh: '模板“{pack} {version}”在 templates 文件夹里有两份，分不清以哪份为准。请核对后移走一份。',
  },
  TEMPLATE_NOT_IN_FORCE: { status: 409, zh: '模板“{pack} {version}”{why}，现在不能用它生成或签署协议。请改用现行的模板版本重新生成。' },
  AGREEMENT_DATA_MALFORMED: { status: 422, zh: '协议数据不完整或格式不对（{where}）。请用学校下发的原始文件，不要自行修改。' },
  ANNEX_OVERRIDES_BODY: {
    status: 422,
    zh: '附件第 {clause} 条想改变、取代或排除示范文本，不能使用；不一致时以示范文本为准。请删除这一条。',
  },
  ROSTER_IS_EMPTY: { status: 422, zh: '这个文件是空的。请重新导出名册后上传。' },
  ROSTER_TOO_LARGE: { status: 413, zh: '名册文件超过 {limit} MB。请删去图片等无关内容，或按班级拆成几个文件。' },
  ROSTER_HAS_TOO_MANY_ROWS: { status: 413, zh: '名册超过 {limit} 行。请按班级拆成几个文件后分别上传。' },
  ROSTER_IS_OLD_XLS: { status: 422, zh: '这是旧版 .xls 文件，暂不能读取。请在 Excel 或 WPS 里“另存为”.xlsx 后重新上传。' },
  ROSTER_IS_ENCRYPTED: { status: 422, zh: '文件设有打开密码。请在 Excel 或 WPS 里取消密码后重新上传。' },
  ROSTER_IS_OTHER_OLE: { status: 422, zh: '这不是表格文件（可能是旧版 Word 或其他文档）。请上传 .xlsx 或 .csv 名册。' },
  ROSTER_IS_WEB_PAGE: {
    status: 422,
    zh: '这个文件其实是网页，里面没有能读取的简单表格。请在原系统里导出 .xlsx，或用 Excel 打开后另存为 .xlsx。',
  },
  ROSTER_IS_PDF: { status: 422, zh: '这是 PDF 文件，不能当名册读取。请上传 .xlsx 或 .csv 名册。' },
  ROSTER_IS_OTHER_ZIP: { status: 422, zh: '这是压缩包或其他文档，不是 .xlsx 表格。请解压后上传里面的 .xlsx 或 .csv 名册。' },
  ROSTER_IS_DAMAGED: { status: 422, zh: '这个 .xlsx 文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存一份再上传。' },
  ROSTER_NOT_TEXT: { status: 422, zh: '认不出这个文件的格式。请上传 .xlsx 或 .csv 名册。' },
  PAGE_UNKNOWN: { status: 404, zh: '没有这个页面。请检查地址，或从首页重新进入。' },
  REQUEST_TOO_LARGE: { status: 413, zh: '文件超过 {limit} MB，没有接收。请换小一些的文件。' },
  REQUESTS_TOO_MANY: { status: 429, zh: '同一网络里操作太频繁了，这一次没有处理。请等 {seconds} 秒再试；多人同时使用时请分批进行。' },
  REQUEST_FROM_ELSEWHERE: { status: 403, zh: '这次提交不是从本系统的页面发出的，已拒绝。请打开本系统页面重新操作。' },
  REQUEST_IN_PROGRESS: { status: 409, zh: '同一次提交正在处理。请稍等几秒再看结果，不用重复提交。' },
  REQUEST_KEY_REUSED: { status: 409, zh: '这个提交编号已用于另一次提交。请刷新页面后重新操作。' },
  SERVICE_FAILED: { status: 500, zh: '系统出了问题，这次操作没有完成。请稍后重试；仍不行请把编号 {requestId} 告诉管理员。' },
  SCHOOL_KEY_WRONG: {
    status: 403,
    zh: '进入口令不对。请回到学校工作台重新输入，启动服务的窗口里有带口令的完整地址；口令丢了，请管理员用 SANFANG_NEW_SCHOOL_KEY=yes 换新。',
  },
  SCHOOL_SESSION_MISSING: { status: 401, zh: '还没有登录，或登录已过期。请用进入口令登录学校工作台，再接着办。' },
  ROSTER_UNKNOWN: { status: 404, zh: '没有这份名册，或不属于您的学校。请回到学校首页重新上传。' },
  ROSTER_HAS_NO_ROWS: { status: 422, zh: '这份名册里没有可以生成协议的学生。请按提示改好名册后重新上传。' },
  ROSTER_NOT_ACKNOWLEDGED: { status: 409, zh: '名册里还有没有看过的问题：{what}。请逐条看过，勾选“已看过”，再生成协议。' },
  ROSTER_FILE_GONE: { status: 410, zh: '这份名册的原文件已不再保存（只留最近上传的一份，生成协议后即删除）。请重新上传名册。' },
  ROSTER_NOT_WORKBOOK: { status: 409, zh: '只有 .xlsx 名册能加上检查结果。请在 Excel 或 WPS 里另存为 .xlsx 后重新上传，再下载。' },
  ROSTER_HAS_BODY_TEXT: { status: 422, zh: '名册里有像协议正文或条款的内容：{problem}示范文本不能改，请删去后重新上传。' },
  ROSTER_ROWS_NO_LONGER_FIT: {
    status: 409,
    zh: '读取名册之后，协议文本换了版本，名册第 {rows} 行的内容不再适用，没有生成任何协议。请重新上传名册，按新的提示改好。',
  },
  CLASSROOM_UNKNOWN: { status: 404, zh: '没有这个现场签署，或不属于您的学校。请扫老师投屏上的二维码。' },
  CLASSROOM_CLOSED: { status: 410, zh: '这次现场签署已经结束。请老师重新打开，再扫新的二维码。' },
  CLASSROOM_ENTRY_WRONG: {
    status: 403,
    zh: '学号（或身份证号后 6 位）与现场码对不上。现场码每 30 秒换一次，请看着投屏重新填写；一直不对请告诉老师。',
  },
  CLASSROOM_ENTRY_LOCKED: {
    status: 429,
    zh: '试的次数太多了，已停止。可以改填学号再试；还不行，请告诉老师，由老师重新打开现场签署或发个人链接。',
  },
  CLASSROOM_ENTRY_AMBIGUOUS: { status: 409, zh: '有不止一位同学的号码是这样。请改填学号；没有学号的，请老师发个人链接。' },
  REMINDED_RECENTLY: { status: 429, zh: '{on}已经提醒过，24 小时内不重复打扰。{next}之后可以再提醒。' },
  BATCH_UNKNOWN: { status: 404, zh: '没有这个批次，或不属于您的学校。请回到学校首页选择批次。' },
  BATCH_NOT_GENERATED: { status: 409, zh: '这个批次还没有生成好的协议。请等生成完成后再操作。' },
  ANNEX_REFUSED: { status: 422, zh: '补充条款没有通过检查：{problems}请改好后再提交。' },
  TEMPLATE_NOT_LOADED: { status: 503, zh: '系统里没有装入这份协议所用的模板（{pack}）。请管理员装入该模板后再试。' },
  INVITATION_NOT_NEEDED: { status: 409, zh: '没有需要发送链接的人：已经签好，或还没有生成协议。请刷新页面查看进度。' },
  AGREEMENT_UNKNOWN: { status: 404, zh: '没有这份协议，或与您无关。请检查协议编号。' },
  AGREEMENT_VOIDED: {
    status: 410,
    zh: '这份协议已由学校于{on}作废，原因：{reason}。不用再签，已签的文件会留存。{next}有疑问请联系{whom}。',
  },
  AGREEMENT_DECLINED: { status: 409, zh: '{party}表示不签这份协议，签署先暂停。请等学校与各方商量；学校处理后会再通知。' },
  AGREEMENT_CONCLUDED: {
    status: 409,
    zh: '各方已经签完，协议已经成立，学校不能单方作废。各方都同意解除的，请选“各方协商一致解除”，并保存好各方同意的凭证。',
  },
  AGREEMENT_MOVED: { status: 409, zh: '这份协议刚刚有了变化（有人签了，或已作废），这一步没有保存。请刷新页面看清现在的情况再操作。' },
  REISSUE_UNCHANGED: { status: 409, zh: '没有改动任何内容，没有重发。请改好要改的内容；只想停止签署，请直接作废。' },
  REISSUE_VALUES_REFUSED: { status: 422, zh: '改动后的内容不能生成协议：{problems}原协议没有变化，请改好后再提交。' },
  OBJECTION_TOO_LATE: { status: 409, zh: '您已经签了这份协议，不能再改成不签。有问题请选“有问题，先问学校”，或直接打电话给学校。' },
  OBJECTION_TOO_MANY: { status: 429, zh: '您的情况学校已经收到，还没处理完，不用重复提交。着急请直接打电话给学校。' },
  AGREEMENT_NOT_READY: { status: 409, zh: '这里没有可以看、可以签的协议：还没有生成好，或已经作废。请联系学校老师；学校请看进度看板。' },
  LINK_UNKNOWN: { status: 404, zh: '这个链接不对。请完整复制老师发给您的链接，或请老师重新发送。' },
  LINK_EXPIRED: { status: 410, zh: '链接已于{on}过期。请向{whom}索取新链接。' },
  LINK_REVOKED: { status: 410, zh: '这个链接已换成新的。请打开老师最近发给您的链接，或请老师重新发送。' },
  LINK_LOCKED: { status: 429, zh: '核对错误次数过多，这个链接已锁定。请联系{whom}重新发送链接。' },
  CONSENT_WITHHELD: { status: 409, zh: '您选择了不同意，没有签名。请把想法告诉学校老师；学生有权申请自主选择实习单位，不会因此受罚。' },
  IDENTITY_NOT_PROVED: { status: 401, zh: '请重新打开老师发给您的链接，核对身份后再继续。' },
  IDENTITY_MISMATCH: { status: 403, zh: '填写的内容与协议里登记的不一致。请核对后再填，还可以试 {left} 次；登记有误请联系老师。' },
  CREDIT_CODE_MISTYPED: { status: 422, zh: '统一社会信用代码填错了一位：末位与前 17 位对不上。请对照营业执照改正，这次不算次数。' },
  CODE_WRONG: { status: 403, zh: '验证码不对。请核对最近收到的一条后再填，还可以试 {left} 次。' },
  CODE_EXPIRED: { status: 410, zh: '验证码已过期或已用过。请点“重新发送”，填写新收到的验证码。' },
  CODE_LOCKED: { status: 429, zh: '验证码填错次数过多，已作废。请稍等一分钟，点“重新发送”，填写新的验证码。' },
  CODE_SENT_RECENTLY: { status: 429, zh: '验证码刚刚发过，请查收。{seconds} 秒后可以重新发送。' },
  CODE_TOO_MANY: { status: 429, zh: '今天发送验证码的次数已用完。请明天再试，或请老师重新发送链接。' },
  CODE_NOT_SENT: { status: 503, zh: '验证码没有发出去。请稍后点“重新发送”；一直收不到请联系学校老师核对手机号或邮箱。' },
  CODE_ADDRESS_MISSING: { status: 409, zh: '学校没有登记您的电子邮箱，验证码发不出去。请联系学校老师补登，或在教室里用现场码签署。' },
  MESSAGES_NOT_SENT: {
    status: 503,
    zh: '{what}发出 {sent} 条（共 {total} 条），没有发到：{who}。{next}；仍不行请核对名册里的电话和邮箱，或请管理员检查发信设置。',
  },
  TERMS_CHANGED: { status: 409, zh: '《电子签约约定》有了新版本。请回到“知情同意”一步，重新阅读并勾选后再签。' },
  SIGNATORY_OUT_OF_TURN: { status: 409, zh: '还未轮到您签署，请等待{waitingFor}先签。' },
  SIGNATORY_ALREADY_SIGNED: { status: 409, zh: '这份协议您已经签好，不用再签。' },
  REVISION_MOVED: { status: 409, zh: '另一方刚刚签了这份协议。页面会自动重新准备；如没有继续，请刷新页面再签。' },
  CERTIFICATE_UNKNOWN: { status: 409, zh: '这次签名的证书已失效。请刷新页面，重新开始签名。' },
  PREPARATION_UNKNOWN: { status: 409, zh: '这次签名准备已失效。请刷新页面，重新签名。' },
  PREPARATION_EXPIRED: { status: 410, zh: '这次签名准备已于{on}过期，签名值没有采用。请重新准备，再签一次。' },
  SIGNATURE_VALUE_MALFORMED: { status: 422, zh: '浏览器送来的签名数据不完整。请刷新页面，重新签名。' },
  SIGNED_FILE_REFUSED: { status: 422, zh: '签名后的文件没有通过检查（{findings}），没有保存。请刷新页面重试；仍不行请联系学校。' },
  CERTIFICATE_REQUEST_REFUSED: { status: 422, zh: '签名证书没有签发：{reason}。请重新打开签署链接再试一次；仍不行请联系老师。' },
  CERTIFICATE_KEY_NOT_HELD: { status: 422, zh: '证书文件里没有与密钥配套的签名证书。请核对选的是不是证书机构发给您的那个文件。' },
  CERTIFICATE_UNREADABLE: { status: 422, zh: '证书不能用：{reason}。请换用 RSA 2048 位以上或 P-256、P-384 的证书，或联系证书机构。' },
  CERTIFICATE_OF_PLATFORM: { status: 422, zh: '这是平台证书，只能在签发它的页面里使用。请选持证机构发的证书，或改用“在本页产生密钥”。' },
  CERTIFICATE_NOT_TRUSTED: {
    status: 422,
    zh: '这张证书的签发机构（{issuer}）不在本系统信任的名单里，不能用来签署。请换用持证机构的证书，或请管理员核实后把该机构的根证书放进 certs 文件夹。',
  },
  CERTIFICATE_OUT_OF_DATE: { status: 422, zh: '这张证书不在有效期内（{from} 至 {to}）。请换用有效的证书，或向证书机构续期。' },
  CERTIFICATE_NOT_FOR_SIGNING: { status: 422, zh: '这张证书不能用来签署文件：{reason}。请向证书机构要签名用的证书。' },
  CERTIFICATE_OF_ANOTHER: {
    status: 422,
    zh: '这张证书的持有人是“{holder}”，而协议写的是“{expected}”（名称或号码不一致）。请换用本人或本单位的证书。',
  },
  CERTIFICATE_IS_REVOKED: { status: 422, zh: '这张证书已于{at}被吊销，不能再用来签署。请向证书机构换新的证书。' },
  REVOCATION_NOT_KNOWN: { status: 503, zh: '暂时查不到这张证书是否已被吊销，没有继续。请过几分钟再试；一直不行请联系管理员。' },
  SIGNER_TOKEN_WRONG: { status: 401, zh: '接口令牌不对，或没有带令牌。请在 Authorization 里写 Bearer 和学校给的令牌。' },
  SIGNER_TOKEN_ENDED: { status: 401, zh: '接口令牌已被撤销或已过期（{on}）。请向学校要新的令牌。' },
  SIGNER_TOKEN_UNKNOWN: { status: 404, zh: '没有这个接口令牌，或已经撤销。请刷新页面看清现在的情况。' },
  SIGNER_ORGANISATION_UNKNOWN: { status: 422, zh: '学校的协议里没有这个机构。请从列表里选择学校或实习单位。' },
  KEY_UNKNOWN: { status: 404, zh: '没有这把密钥，或不属于您的学校。请刷新页面看清现在的情况。' },
  KEY_LOCKED: { status: 409, zh: '密钥没有解锁，或解锁时间已过。请在“签名密钥”页面解锁后继续，已签的不会重签。' },
  KEY_PASSPHRASE_WRONG: { status: 422, zh: '口令不对，密钥没有解锁。请核对大小写后再试；忘记口令只能删除这把密钥，重新存入。' },
  KEY_UNAVAILABLE: { status: 503, zh: '密钥现在不能用：{reason}。请检查签名设备后再试；仍不行请联系管理员。' },
  KEY_FILE_REFUSED: { status: 422, zh: '这个证书文件打不开：{reason}。请核对文件和它的口令。' },
  KEY_SIGNER_UNKNOWN: { status: 422, zh: '设置里没有这个签名设备。请从列表里选择，或请管理员检查 SANFANG_SIGNERS。' },
  KEY_RUN_OPEN: { status: 409, zh: '这个批次已经在自动签署，不用再开始。请刷新页面查看进度。' },
  KEY_RUN_UNKNOWN: { status: 404, zh: '没有这个自动签署，或已经停止。请刷新页面看清现在的情况。' },
  TIMESTAMP_UNAVAILABLE: { status: 503, zh: '时间戳服务暂时连不上，这次签名没有完成。请稍后再试，已填写的内容不会丢失。' },
  TIMESTAMP_REFUSED: { status: 503, zh: '时间戳服务没有受理（{reason}），这次签名没有完成。请稍后再试；仍不行请联系管理员。' },
  TIMESTAMP_TIMED_OUT: { status: 503, zh: '时间戳服务（{authority}）太久没有回答，这次没有完成。请稍后再试，已填写的内容不会丢失。' },
  TIMESTAMP_IMPRINT_WRONG: { status: 503, zh: '时间戳服务（{authority}）盖的不是这份内容，没有采用。请稍后再试，并请管理员核查该服务。' },
  TIMESTAMP_NONCE_WRONG: { status: 503, zh: '时间戳服务（{authority}）答的不是这次请求，没有采用。请稍后再试，并请管理员核查该服务。' },
  TIMESTAMP_TIME_WRONG: { status: 503, zh: '时间戳服务（{authority}）的时间与本机相差过大，没有采用。请管理员核对双方时钟后再试。' },
  TIMESTAMP_CERTIFICATE_EXPIRED: { status: 503, zh: '时间戳服务（{authority}）的证书不在有效期内，没有采用。请管理员联系该服务。' },
  TIMESTAMP_UNTRUSTED: { status: 503, zh: '时间戳服务（{authority}）不是本机信任的机构，没有采用。请管理员装入其根证书或换用别的服务。' },
  DEV_KEYS_IN_PRODUCTION: { status: 500, zh: '生产环境不能使用开发证书。请在配置中接入正式的电子认证服务和时间戳服务后再启动。' },
  CA_FILES_REFUSED: { status: 500, zh: '证书机构的文件不能用：{path}（{reason}）。请按 certs/README.md 准备好后重新启动。' },
  PRODUCTION_SETTING_MISSING: { status: 500, zh: '正式环境还缺少设置 {setting}：{why}。请按 README 设置后重新启动。' },
  CERTIFICATE_NOT_ISSUED_HERE: {
    status: 409,
    zh: '本系统不签发证书。请改用您自己的数字证书（USB Key、证书文件或外部签名）签署，或联系学校。',
  },
  CERTIFICATE_AUTHORITY_UNAVAILABLE: { status: 503, zh: '电子认证机构暂时连不上，证书没有签发。请稍后再试，已填写的内容不会丢失。' },
  PLATFORM_SEAL_MISSING: {
    status: 503,
    zh: '平台还没有自己的签章证书，证据文件没有生成。请管理员按 certs/README.md 放入签章证书后再下载。',
  },
  GLYPH_MISSING: { status: 422, zh: '“{field}”里有一个字（{codePoint}）没有可用的字形，已停止生成这一份。请核对这个字，或改用规范字。' },
  VALUE_TOO_WIDE: { status: 422, zh: '“{field}”写不下：最多约 {limit} 个汉字，现在有 {length} 个。请改短，或把详细内容写进附件。' },
  AGREEMENT_TEMPLATE_MISMATCH: { status: 409, zh: '这份协议用的模板（{pack} {version}）与本机的不一致。请安装对应版本的模板后重试。' },
  AGREEMENT_FORM_MISMATCH: {
    status: 409,
    zh: '模板“{pack}”与这份文件的用途不符：知情同意书只能用知情同意书的文本，协议只能用协议的文本。请换用对应的模板后重新生成。',
  },
  SIGNING_ORDER_MALFORMED: { status: 400, zh: '签署顺序不完整：学生、监护人、实习单位、学校都要排进去，每方一次。请重新选择签署顺序。' },
  STUDENT_STILL_MINOR: {
    status: 409,
    zh: '你要到{on}才满 18 周岁，在那之前签署要有监护人同意。请在那天以后再签，或请老师补上监护人的信息重新发一份。',
  },
  CONSENT_GOES_WITH_AGREEMENT: { status: 409, zh: '知情同意书随协议一起作废或重签。请到编号 {number} 的协议上办理。' },
  CONSENT_FORM_MISSING: {
    status: 409,
    zh: '还没有可用的《知情同意书》文本。请先在“协议文本”里导入一份知情同意书；协议里有监护人签署处，或学生都已满 18 周岁的，也可以不勾“同时签《知情同意书》”。',
  },
  CONSENT_FORM_UNFIT: { status: 409, zh: '《知情同意书》文本里有名册没有的内容：{field}请换用别的同意书文本，或在名册里补上这一列。' },
  ROSTER_ROWS_NEED_GUARDIAN: {
    status: 422,
    zh: '名册第 {rows} 行没有填全监护人（或家长）的姓名、关系和电话，而《知情同意书》要由其签字（教职成〔2021〕4号第九条）。请在名册里补全后重新上传{otherwise}。',
  },
  AMENDMENT_NOT_POSSIBLE: { status: 409, zh: '这份协议{why}，不能办理延期或解除。请先等各方签完，或在它的新协议上办理。' },
  AMENDMENT_REFUSED: { status: 422, zh: '延期或解除的内容不合要求：{problem}请改正后再提交。' },
  TEMPLATE_SIGNATURE_BOX: { status: 422, zh: '模板里“{role}”的签署处有 {count} 个，应当正好一个。请检查原文件的签署表格。' },
  TEMPLATE_TOO_TALL: { status: 422, zh: '模板里有一行表格高达 {lines} 行，一页放不下。请在原文件中把这一行拆开。' },
  TEMPLATE_SOURCE_NOT_DOCX: { status: 422, zh: '这不是 Word 的 .docx 文件。请用 Word 或 WPS 打开原件，另存为 .docx 后再导入。' },
  TEMPLATE_SOURCE_ENCRYPTED: { status: 422, zh: '原件是加密文件或旧的 .doc 格式，无法读取。请去掉密码，另存为 .docx 后再导入。' },
  TEMPLATE_SOURCE_TOO_LARGE: { status: 422, zh: '原件过大或压缩异常，已停止读取。示范文本通常不到 1 MB，请核对文件来源。' },
  TEMPLATE_SOURCE_TOO_LONG: {
    status: 422,
    zh: '原件{where}处超出了限度：{what}，已停止读取。请核对文件来源；确是协议正文的，请拆短后再导入。',
  },
  TEMPLATE_SOURCE_DAMAGED: { status: 422, zh: '原件已损坏，无法完整读取。请重新下载原件后再导入。' },
  TEMPLATE_SOURCE_MACROS: { status: 422, zh: '原件带有宏或控件，不能作为示范文本。请从官方网站重新取得不带宏的 .docx。' },
  TEMPLATE_SOURCE_EXTERNAL_LINK: {
    status: 422,
    zh: '原件引用了外部内容（{target}），导入后可能变化。请在 Word 里断开链接后另存，再导入。',
  },
  TEMPLATE_SOURCE_XML_MALFORMED: { status: 422, zh: '原件内部格式有误，无法完整读取。请用 Word 或 WPS 打开并另存为 .docx 后再导入。' },
  TEMPLATE_SOURCE_DOCTYPE: { status: 422, zh: '原件不是 Word 或 WPS 生成的文件，已停止读取。请从发布机关的网站重新下载原件。' },
  TEMPLATE_SOURCE_EMPTY: { status: 422, zh: '原件里没有正文。请核对是否选错了文件。' },
  TEMPLATE_SOURCE_TRACKED_CHANGES: {
    status: 422,
    zh: '原件{where}带有修订记录（{what}）。请在 Word 里接受或拒绝全部修订后再导入。',
  },
  TEMPLATE_SOURCE_COMMENTS: { status: 422, zh: '原件{where}带有批注。请在 Word 里删除全部批注后再导入。' },
  TEMPLATE_SOURCE_PICTURE: {
    status: 422,
    zh: '原件{where}有图片、文本框或图形（{what}），里面的文字无法核对。请改为普通文字后再导入。',
  },
  TEMPLATE_SOURCE_FOOTNOTE: { status: 422, zh: '原件{where}有脚注或尾注。请改为正文文字后再导入。' },
  TEMPLATE_SOURCE_MATH: { status: 422, zh: '原件{where}有公式。请改为普通文字后再导入。' },
  TEMPLATE_SOURCE_FIELD_CODE: {
    status: 422,
    zh: '原件{where}有自动更新的内容（Word 里叫“域”，{what}），会自己变化。请在 Word 里选中它，按 Ctrl+Shift+F9 变为普通文字后再导入。',
  },
  TEMPLATE_SOURCE_CONTENT_CONTROL: {
    status: 422,
    zh: '原件{where}有“单击输入文字”一类的内容控件。请把它换成下划线空格后再导入。',
  },
  TEMPLATE_SOURCE_HIDDEN_TEXT: { status: 422, zh: '原件{where}有隐藏文字。请取消隐藏或删除后再导入。' },
  TEMPLATE_SOURCE_STRUCK_TEXT: {
    status: 422,
    zh: '原件{where}有加删除线的文字，无法判断是否有效。请删除它或去掉删除线后再导入。',
  },
  TEMPLATE_SOURCE_NESTED_TABLE: { status: 422, zh: '原件{where}处的表格里还有表格。请拆成单层表格后再导入。' },
  TEMPLATE_SOURCE_MERGED_CELLS: {
    status: 422,
    zh: '原件{where}处的单元格合并方式无法还原。请在 Word 里拆分单元格后再导入。',
  },
  TEMPLATE_SOURCE_TABLE_RAGGED: {
    status: 422,
    zh: '原件{where}处的表格没有行或单元格。请删除或重画这个表格后再导入。',
  },
  TEMPLATE_SOURCE_NUMBERING_UNKNOWN: {
    status: 422,
    zh: '原件第 {paragraph} 段的自动编号样式（{what}）无法还原。请把编号改为手工输入后再导入。',
  },
  TEMPLATE_SOURCE_SYMBOL_UNKNOWN: {
    status: 422,
    zh: '原件{where}有无法识别的符号（{what}）。请换成普通字符后再导入。',
  },
  TEMPLATE_SOURCE_CHARACTER_REFUSED: {
    status: 422,
    zh: '原件{where}有不允许的字符（{what}）。请删除或替换后再导入。',
  },
  TEMPLATE_SOURCE_ELEMENT_UNKNOWN: {
    status: 422,
    zh: '原件{where}处有无法识别的内容（{what}），为免遗漏已停止导入。请改为普通文字或表格后再导入。',
  },
  TEMPLATE_SOURCE_BOX_TICKED: {
    status: 422,
    zh: '原件{where}有已经勾选的方框，与未勾选的并列。请在 Word 里取消勾选后再导入。',
  },
  TEMPLATE_RELEASED: { status: 409, zh: '模板“{pack}”已由模板机构签署，不能再改空白。请用新的版本号从原件重新导入。' },
  TEMPLATE_BLANK_UNKNOWN: { status: 404, zh: '模板里没有编号为“{blank}”的空白。请用 template confirm 查看全部空白的编号。' },
  TEMPLATE_BLANK_FIXED: { status: 422, zh: '空白“{blank}”由系统在签署或生成时填写，不能改成别的栏目。请不要改动它。' },
  TEMPLATE_SIGNER_UNKNOWN: { status: 404, zh: '这份文本里没有“{role}”的签署处。请先看清有哪几处签署，再说由谁签。' },
  TEMPLATE_BLANK_FIELD_UNKNOWN: { status: 422, zh: '没有名为“{field}”的栏目。请从栏目表里选择，或为这个空白新建栏目。' },
  TEMPLATE_BLANK_TYPE_WRONG: { status: 422, zh: '空白“{blank}”不能用作“{field}”：{why}。请另选栏目，或新建栏目。' },
  TEMPLATE_BLANK_LABEL_WRONG: { status: 422, zh: '新栏目的名称“{label}”不能使用：{why}。请换一个名称。' },
  TEMPLATE_BLANK_LINES_WRONG: { status: 422, zh: '空白“{blank}”后面只有 {available} 行可以连续书写，不能设为 {lines} 行。请改小行数。' },
  TEMPLATE_SOURCE_HEADER_TEXT: {
    status: 422,
    zh: '原件页眉或页脚的文字（{text}）不能照样排印：{why}。请核对后改短、移到正文或删除，再导入。',
  },
  TEMPLATE_SOURCE_HEADER_VARIES: {
    status: 422,
    zh: '原件各节的页眉或页脚不一样（“{one}”和“{other}”），不能每页照样排印。请核对后统一各节的页眉页脚，或移到正文，再导入。',
  },
  TEMPLATE_SOURCE_TEXT_DIFFERS: {
    status: 422,
    zh: '导入结果与原件的文字不一致（原件第 {at} 字起：{source}；导入：{imported}）。请勿使用，并把原件发给维护人员。',
  },
  TEMPLATE_DRAFT_UNKNOWN: { status: 404, zh: '没有这份正在导入的文本，或不属于您的学校。请回到“协议文本”页面重新上传。' },
  TEMPLATE_DRAFT_MOVED: { status: 409, zh: '这份文本刚在另一个窗口改过，这一步没有保存。请刷新页面，看清现在的样子再改。' },
  TEMPLATE_DRAFT_CONFIRMED: { status: 409, zh: '这份文本已经确认为“{pack} {version}”，不能再改。要改请重新上传原件，用新的版本号。' },
  TEMPLATE_DRAFT_HAS_PROBLEMS: { status: 409, zh: '这份文本还不能启用：{problems}请逐条处理后再确认。' },
  REVISION_NOT_REPRODUCIBLE: {
    status: 409,
    zh: '这份文件与系统按数据重新生成的不一致（从第 {offset} 字节起），不能继续签署。请联系学校重新生成。',
  },
  AGREEMENT_SEALED: { status: 409, zh: '这份协议各方已签完并已封存，不能再签。要改内容请由学校重新发起一份。' },
  AGREEMENT_NOT_COMPLETE: { status: 409, zh: '还有人没签（{missing}），不能封存。请等各方签完。' },
  AGREEMENT_NOT_SEALED: { status: 409, zh: '这份协议还没有封存，不需要续期。请先封存。' },
  ARCHIVE_NOT_EXTENDED: {
    status: 503,
    zh: '时间戳服务的证书没有比原来的更晚到期，续期没有意义，没有保存。请管理员请该服务更换证书，或在 SANFANG_TSA 换用别的服务。',
  },
  REVOCATION_UNAVAILABLE: {
    status: 503,
    zh: '暂时查不到证书是否已被吊销（{reason}），没有封存。系统会自动重试，签名不受影响，不用重新签。',
  },
  CERTIFICATE_REVOKED: { status: 409, zh: '{party}签署时，所用证书已被吊销，不能封存。请让{party}换用有效证书，由学校重新发起。' },
  PARTY_ALREADY_SIGNED: { status: 409, zh: '{party}已经签过这份协议，不需要再签。请刷新页面查看进度。' },
  PARTY_NOT_IN_AGREEMENT: { status: 409, zh: '这份协议不需要{party}签名。请核对签署人。' },
  SIGNATURE_VALUE_WRONG: { status: 422, zh: '签名没有通过核对，可能是网络传输出错。请回到签名一步再签一次。' },
  SM2_NOT_POSSIBLE: { status: 409, zh: '不能附加国密签名：{party}{why}。' },
  SM2_CERTIFICATE_UNUSABLE: {
    status: 422,
    zh: '这些证书不能用来附加国密签名（{reason}）。请把国密（SM2）签名证书和上级证书依次放在一个 PEM 文件里。',
  },
  SM2_VALUE_WRONG: {
    status: 422,
    zh: '国密签名值与证书对不上。请用证书对应的私钥、SM3 和默认标识 1234567812345678 对待签数据重新签名。',
  },
  SM2_NOT_SOUND: { status: 422, zh: '附加的国密签名没有通过验证，没有保存。{reason}' },
  CMS_TOO_LARGE: {
    status: 422,
    zh: '证书和上级证书合起来太大（{length} 字节，最多 {limit} 字节），放不进协议。请联系证书机构换用较小的证书。',
  },
  VERIFIER_BUSY: { status: 503, zh: '同时验证的人太多，这份文件还没有验。请等几秒再试；一次要验很多份，可以用离线验证器。' },
  SEAL_IMAGE_UNREADABLE: { status: 422, zh: '这张印章图片不能用：{reason}。请上传 PNG 图片，边长 200 到 2000 像素，不超过 1 MB。' },
  SEAL_IMAGE_OPAQUE: { status: 422, zh: '印章图片的背景不透明，盖上去会遮住文字。请先把背景做成透明的，再存为 PNG 上传。' },
  SEAL_IMAGE_TOO_DETAILED: { status: 422, zh: '印章图片里杂点太多，放不进协议。请换一张干净的印章图片（纯色、透明背景）。' },
  SEAL_IMAGE_NOT_ALLOWED: { status: 409, zh: '{party}是个人，不盖印章。请用签名签署。' },
  SEAL_IMAGE_UNKNOWN: { status: 409, zh: '这张印章图样已经移除或更换，没有签署。请刷新页面，看清现在的图样再签。' },
  SEAL_IMAGE_MISSING: { status: 409, zh: '还没有印章图样。请先上传（学校用自己的签署链接，程序随请求附上图片），或不加印章图样签署。' },
  SEAL_IMAGE_NO_ROOM: { status: 409, zh: '{party}的签章处放不下 {diameterMm} 毫米的印章图样。请不加印章图样签署，数字签名同样有效。' },
  VERIFY_TOO_OFTEN: {
    status: 429,
    zh: '这台电脑短时间内验证的文件太多，先停一停。请在 {seconds} 秒后继续；一次要验很多份，可以用离线验证器。',
  },
  TEMPLATE_NOT_FOUND: {
    status: 404,
    zh: '没有名为“{pack}”的模板包，或它现在不能使用。请核对名称：学校工作台的“协议文本”和命令 template list 列出已有的。',
  },
  TEMPLATE_EXISTS: { status: 409, zh: '模板包“{pack}”已经存在，不会覆盖。请换一个名称，或先把旧的文件夹移走。' },
  COMMAND_MALFORMED: { status: 400, zh: '命令写法不对：{what}。请看下面的用法。' },
  PATH_EXISTS: { status: 409, zh: '“{path}”已经存在，不会覆盖。请换一个输出文件夹，或先把它移走。' },
  PATH_UNWRITABLE: { status: 409, zh: '写不进“{path}”。请检查文件夹在不在、能不能写入、磁盘有没有满，或换一个位置。' },
  EVIDENCE_ARCHIVE_WRONG: { status: 400, zh: '“{path}”不是完整的证据包：{reason}。请用学校下载的证据 ZIP 原件再验证。' },
  PATH_UNREADABLE: { status: 404, zh: '读不到“{path}”。请检查路径是否写对、文件是否存在。' },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof REFUSALS;
export type RefusalParams = Readonly<Record<string, string | number>>;

/** Fills `{name}` slots of a sentence; a slot without a parameter stays visible so that tests catch it. */
export function fillSentence(zh: string, params: RefusalParams): string {
  return zh.replace(/\{(\w+)\}/g, (slot, name: string) => String(params[name] ?? slot));
}

/** A command that was understood and refused. Becomes HTTP only in `http/app.ts`, an exit code only in `cli/`. */
export class AppError extends Error {
  readonly code: RefusalCode;
  readonly params: RefusalParams;
  readonly status: Refusal['status'];
  readonly zh: string;

  constructor(code: RefusalCode, params: RefusalParams = {}) {
    const refusal: Refusal = REFUSALS[code];
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
    this.status = refusal.status;
    this.zh = fillSentence(refusal.zh, params);
  }
}
