/** Labels that nothing is drawn after: 地址： at the end of a line is to be filled in all the same. */
import { type BlankPiece, MIN_BLANK_EM, type Piece, roundEm } from './docx-blanks.ts';
import { atomEm } from './docx-runs.ts';

/** One paragraph with its pieces, in the order of its container. */
export interface RoomyParagraph {
  readonly source: { readonly firstLineEm: number };
  readonly pieces: readonly Piece[];
  /** Characters of body type on its line. */
  readonly lineEm: number;
  /** Written in elsewhere: one signs here, or the cell beside it is empty. */
  readonly served: boolean;
}

/** What is asked for in every contract. Other labels may just as well introduce what follows. */
const ASKS =
  /(?:名称|姓名|性别|年龄|民族|籍贯|地址|住址|住所地?|电话|手机|座机|传真|邮编|邮政编码|法定代表人|负责人|代理人|联系人|班主任|指导教师|身份证号?码?|证件号码?|信用代码|代码|开户行|开户银行|开户名|账户|账号|帐号|邮箱|微信号?|QQ号?|E-?mail|学号|专业|班级|年级|院系|系部|职务|职称|岗位|部门|签订地点|合同编号|协议编号|编号)(?:[（(][^（）()]{1,12}[）)])?$/iu;
const PARTY = /^(?:[甲乙丙]方|学生|监护人|家长|实习单位|学校)(?:[（(][^（）()]{1,16}[）)])?$/u;
const MAX_ROOM_EM = 16;

/** Adds the blank that a label at the end of a line asks for, unless the line below is drawn for it. */
export function addRooms<T extends RoomyParagraph>(paragraphs: readonly T[]): readonly T[] {
  return paragraphs.map((paragraph, index) => {
    const last = paragraph.pieces.at(-1);
    if (paragraph.served || last?.kind !== 'text') return paragraph;
    const words = last.atoms.map((atom) => atom.char).join('');
    // At the start of the line, after another blank, or set apart: 拨打以下电话： at the end of a sentence asks for nothing.
    const label = /(?:^|[；;_\t]|[ \u3000]{2,})(?<label>[^，,；;。：:]{1,20})[：:][ \u3000]*$/u.exec(words)?.groups?.['label'];
    const name = (label ?? '').replace(/^[\d.．、（()）一二三四五六七八九十 \u3000]+/u, '').replace(/\s/gu, '');
    if (/以下|如下|下列|可以|应当|提供|包括/u.test(name)) return paragraph;
    if (!(ASKS.test(name) || PARTY.test(name)) || drawnBelow(paragraphs[index + 1])) return paragraph;
    return { ...paragraph, pieces: [...paragraph.pieces, room(paragraph)] };
  });
}

const drawnBelow = (next: RoomyParagraph | undefined): boolean => {
  const first = next?.pieces.find((piece) => piece.kind !== 'text' || piece.atoms.some((atom) => atom.char.trim() !== ''));
  return first?.kind === 'blank' && first.part === undefined;
};

/** As wide as what is left of the line. */
function room({ source, pieces, lineEm }: RoomyParagraph): BlankPiece {
  const used = pieces.reduce(
    (sum, piece) => {
      if (piece.kind === 'blank') return sum + piece.widthEm;
      return piece.kind === 'text' ? sum + piece.atoms.reduce((width, atom) => width + atomEm(atom), 0) : sum;
    },
    Math.max(0, source.firstLineEm),
  );
  const left = lineEm - (used % lineEm) - 1;
  const widthEm = roundEm(Math.min(MAX_ROOM_EM, Math.max(2 * MIN_BLANK_EM, left)));
  return { kind: 'blank', form: 'label', widthEm: Math.min(widthEm, lineEm), drawnEm: widthEm, chars: 0 };
}
