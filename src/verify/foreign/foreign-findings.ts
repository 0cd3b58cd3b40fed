/** The facts about PDFs made elsewhere; part of the one catalogue of findings. */

export const FOREIGN_FINDINGS = {
  // What kind of file it is
  FILE_IS_SCAN: {
    weight: 'indeterminate',
    zh: '这个 PDF 只有图像，没有文字和数字签名（扫描件或照片），无法判定。请上传签署后的 PDF 原件。',
  },
  FILE_IS_XFA: {
    weight: 'indeterminate',
    zh: '这个 PDF 是动态表单（XFA），看到的内容由脚本生成，无法判定。请向出具方索取固定版面的 PDF。',
  },
  FILE_BROKEN: { weight: 'indeterminate', zh: '这个 PDF 已经损坏，读不出页面，无法判定。请重新索取原件。' },
  FILE_LIMIT_REACHED: {
    weight: 'indeterminate',
    zh: '这个 PDF 过于复杂，检查到限度后停止，没有查完的部分无法判定。请人工核对，或向出具方索取普通的 PDF。',
  },
  FILE_HEADER_ODD: { weight: 'review', zh: '文件开头夹有不属于 PDF 的内容，别的程序可能把它当作另一种文件打开。请人工核对来源。' },
  READERS_DISAGREE: {
    weight: 'review',
    zh: '这个文件用不同软件打开会看到不同的内容（{what}），可能被做过手脚。请向出具方索取原件核对。',
  },
  FILE_READ_BY_REPAIR: { weight: 'review', zh: '文件的目录结构已损坏，只能按修复方式读取，看到的内容不一定可靠。请重新索取原件。' },
  FILE_HAS_ACTIONS: { weight: 'review', zh: '文件里有脚本或自动动作，显示的内容可能会变。请人工核对。' },
  FILE_HAS_UNUSED_PAGES: { weight: 'review', zh: '文件里藏有没有显示出来的页面，签署后可能被换上。请人工核对。' },
  // One signature
  FOREIGN_COVERAGE_WRONG: { weight: 'failed', zh: '第 {n} 个签名没有完整覆盖文件（{reason}），不能证明内容。请向签署方索取原件。' },
  FOREIGN_COVERAGE_ODD: { weight: 'review', zh: '第 {n} 个签名的覆盖范围写法少见（连签名值两端的括号也包含在内），请人工核对。' },
  FOREIGN_COVERAGE_SHORT: { weight: 'review', zh: '第 {n} 个签名的覆盖范围没有到一次保存的末尾，请人工核对。' },
  FOREIGN_CONTENTS_EMPTY: { weight: 'failed', zh: '第 {n} 个签名域里没有签名值，只有空壳。请让签署方重新签署。' },
  FOREIGN_SIGNATURE_UNREADABLE: {
    weight: 'indeterminate',
    zh: '第 {n} 个签名的数据读不懂，无法判定。请用签署时的软件验证，或向签署方索取原件。',
  },
  FOREIGN_FORMAT_UNKNOWN: { weight: 'review', zh: '第 {n} 个签名的格式（{format}）本机不支持，没有全部核对。请用签署时的软件验证。' },
  FOREIGN_DIGEST_WRONG: { weight: 'failed', zh: '第 {n} 个签名覆盖的内容在签署后被改动。请向签署方索取原件，并保留这份文件作为证据。' },
  FOREIGN_VALUE_WRONG: { weight: 'failed', zh: '第 {n} 个签名与其证书对不上，签名无效。请向签署方索取原件。' },
  SIGNATURE_IS_SM2: { weight: 'review', zh: '第 {n} 个签名是国密签名，本机未启用国密模块，没有核对。请用支持国密的软件验证。' },
  FOREIGN_ALGORITHM_UNKNOWN: { weight: 'review', zh: '第 {n} 个签名的算法（{algorithm}）本机不支持，没有核对。请用签署时的软件验证。' },
  FOREIGN_ALGORITHM_WEAK: {
    weight: 'review',
    zh: '第 {n} 个签名用了过时的算法（{algorithm}），容易被伪造，不能单独作为依据。请让签署方用现行算法重新签署。',
  },
  FOREIGN_SIGNATURE_IS_BER: { weight: 'note', zh: '第 {n} 个签名的编码不是最简形式（BER），不影响核对结果。' },
  FOREIGN_PADDING_NOT_ZERO: { weight: 'review', zh: '第 {n} 个签名值后面藏有别的数据，请人工核对。' },
  FOREIGN_SIGNERS_SEVERAL: { weight: 'review', zh: '第 {n} 个签名里有 {count} 个签署者，只核对了第一个。请人工核对其余的。' },
  FOREIGN_TIMESTAMP_WRONG: { weight: 'review', zh: '第 {n} 个签名上的时间戳对不上，签署时间无法证明。请人工核对。' },
  FOREIGN_SIGNER_TRUSTED: { weight: 'note', zh: '第 {n} 个签名的证书（{name}）由本机信任的机构签发。' },
  FOREIGN_SIGNER_UNTRUSTED: {
    weight: 'review',
    zh: '第 {n} 个签名的证书（{name}）不是由本机信任的机构签发，签名人身份没有核实。请人工核对。',
  },
  FOREIGN_SIGNATURE_UNREACHABLE: { weight: 'review', zh: '第 {n} 个签名藏在文件里，打开文件时看不到它，可能是被撤下的签名。请人工核对。' },
  FOREIGN_SIGNATURE_REPEATED: { weight: 'review', zh: '第 {n} 个签名同时出现在几个签名域（{fields}），看上去像几个人签了字。请人工核对。' },
  // What came after
  CHANGED_AFTER_SIGNING: {
    weight: 'failed',
    zh: '第 {n} 个签名之后，文件被改动：{what}。请向签署方索取原件，并保留这份文件作为证据。',
  },
  RESAVED_AFTER_SIGNING: {
    weight: 'review',
    zh: '第 {n} 个签名之后，文件又保存过一次，没有发现内容变化，但也不是签名或存档。请人工核对，或向签署方索取原件。',
  },
  CHANGES_NOT_JUDGED: { weight: 'indeterminate', zh: '第 {n} 个签名之后文件还有内容，但读不出改了什么，无法判定。请向签署方索取原件。' },
  FOLLOWED_BY_SIGNATURES: { weight: 'note', zh: '第 {n} 个签名之后只加了别的签名或存档用的验证资料，没有改动内容。' },
  UNCHANGED_SINCE_SIGNING: { weight: 'note', zh: '第 {n} 个签名完好，之后没有改动。' },
  FOREIGN_SIGNATURE_BOX_LARGE: { weight: 'review', zh: '后加的签名在第 {page} 页占了很大一块，可能盖住了原来的文字。请人工核对。' },
  // The text
  FOREIGN_TEXT_EQUALS_TEMPLATE: { weight: 'note', zh: '看到的文字与模板（{pack} {version}）的条款逐字相同。签名和版面仍需人工复核。' },
  FOREIGN_TEXT_DIFFERS: { weight: 'note', zh: '看到的文字与最接近的模板（{pack} {version}）不同：{differences}。' },
} as const;
