/** A small agreement as a .docx, with blanks that are known and blanks that nobody has heard of. */
import { docx, p, r, tbl, tc, u } from '../template/docx-builder.ts';

const line = (label: string, width = 24): string => p(r(`${label}：`) + u(' '.repeat(width)));
const sign = (who: string): string => tc(p(r(who)) + p('').repeat(3) + p(r('    年  月  日')));

/** @param extra further paragraphs, as WordprocessingML */
export const wizardSource = (extra = '', student: 'signs' | 'absent' = 'signs'): Uint8Array =>
  docx({
    body: [
      p(r('学生岗位实习三方协议'), '<w:jc w:val="center"/>'),
      line('甲方（学校）名称'),
      line('乙方（实习单位）名称'),
      line('丙方（学生）姓名'),
      line('身份证号'),
      p(r('一、实习安排', '<w:b/>')),
      p(r('丙方在乙方的实习岗位为') + u('                ') + r('，住在') + u('                ') + r('。')),
      p(
        r('实习自') +
          u('    ') +
          r('年') +
          u('  ') +
          r('月') +
          u('  ') +
          r('日至') +
          u('    ') +
          r('年') +
          u('  ') +
          r('月') +
          u('  ') +
          r('日。'),
      ),
      p(r('保险费由 □甲方 □乙方 承担。')),
      line('宠物名'),
      extra,
      tbl(
        [4500, 4500],
        sign('甲方（盖章）：') + sign('乙方（盖章）：'),
        (student === 'signs' ? sign('丙方（签字）：') : tc(p(''))) + sign('丙方监护人（签字）：'),
      ),
    ].join(''),
  });
