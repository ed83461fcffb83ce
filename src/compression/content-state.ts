import { combine } from "./hash.js";

/** What kinds of bytes there are. */
export const kinds = {
  lower: 1,
  upper: 2,
  high: 3,
  space: 4,
  line: 5,
  digit: 6,
  stop: 7,
  comma: 8,
  quote: 9,
  control: 10,
  other: 11,
};
export const KINDS = 12;

const LINE_FEED = 10;
const QUOTE = 34;
const LONGEST_LINE = 255;
const LONG_WORD = 5;
const WORD_PLACES = 2 ** 16;
const KIND_OF = Uint8Array.from({ length: 256 }, (_, byte) => kindOf(byte));

/**
 * What is known of the content so far, of which contexts are made: the last bytes, the words, where it is in line, sentence
 * and paragraph. A word is of letters, capital ones taken for small, and of bytes from 128 on, which are letters in UTF-8.
 * Words stand as their hashes; 0 is none.
 */
export class ContentState {
  /** The last four bytes, the latest lowest, and the four before them. */
  last4 = 0;
  before4 = 0;
  /** The word that is being read, and those before it. */
  word = 0;
  readonly words = new Int32Array(5);
  /** What stands between the last word and here, and between the two words before: line feeds taken for spaces. */
  gap = 0;
  gapBefore = 0;
  wordLength = 0;
  lastLength = 0;
  /** The last letters, of whatever words. */
  letters4 = 0;
  lettersBefore4 = 0;
  /** Kinds of the last 8 bytes, 4 bits each. */
  kinds = 0;
  column = 0;
  /** The byte in the line above. */
  above = 0;
  firstOfLine = 0;
  /** 1 after a capital letter at the beginning of the word, 2 after one within. */
  capital = 0;
  firstOfSentence = 0;
  wordsInSentence = 0;
  firstOfParagraph = 0;
  /** The last word that begins with a capital letter within a sentence, and the last long one. */
  name = 0;
  longWord = 0;
  /** The last three letters of the word before. */
  ending = 0;
  /** 0 outside of quotation marks, else 1 and the words within, up to 31. */
  quoted = 0;
  /** How long ago the word so far was a whole one: 0 if never, else 1 and the logarithm. */
  distance = 0;
  position = 0;
  /** The two bytes that followed the last byte and the last two bytes before. */
  followed1 = 0;
  followed2 = 0;

  private lettersOfWord = 0;
  private line = new Uint8Array(LONGEST_LINE + 1);
  private lineAbove = new Uint8Array(LONGEST_LINE + 1);
  private readonly after1 = new Uint16Array(2 ** 8);
  private readonly after2 = new Uint16Array(2 ** 16);
  private readonly placeOfWord = new Int32Array(WORD_PLACES);

  append(byte: number): void {
    const { after1, after2, last4 } = this;
    after1[last4 & 0xff] = (after1[last4 & 0xff] << 8) | byte;
    after2[last4 & 0xffff] = (after2[last4 & 0xffff] << 8) | byte;
    this.before4 = (this.before4 << 8) | (last4 >>> 24);
    this.last4 = (last4 << 8) | byte;
    this.followed1 = after1[byte];
    this.followed2 = after2[this.last4 & 0xffff];
    this.position = (this.position + 1) | 0;
    const kind = KIND_OF[byte];
    this.kinds = (this.kinds << 4) | kind;
    if (kind <= kinds.high) this.appendLetter(byte, kind === kinds.upper);
    else this.appendOther(byte, kind);
    this.appendToLine(byte);
    const place = this.placeOfWord[this.word & (WORD_PLACES - 1)];
    this.distance = place === 0 ? 0 : 32 - Math.clz32((this.position - place) >> 3);
  }

  private appendLetter(byte: number, isCapital: boolean): void {
    const letter = isCapital ? byte + 32 : byte;
    if (this.wordLength === 0) {
      this.gapBefore = this.gap;
      this.gap = 0;
      this.capital = isCapital ? 1 : 0;
    } else if (isCapital) this.capital = 2;
    this.word = combine(this.word, letter);
    this.wordLength++;
    this.lettersBefore4 = (this.lettersBefore4 << 8) | (this.letters4 >>> 24);
    this.letters4 = (this.letters4 << 8) | letter;
    this.lettersOfWord = (this.lettersOfWord << 8) | letter;
  }

  private appendOther(byte: number, kind: number): void {
    if (this.wordLength > 0) this.endWord();
    this.gap = combine(this.gap, kind === kinds.line ? 32 : byte);
    if (kind === kinds.stop) this.firstOfSentence = this.wordsInSentence = 0;
    if (byte === QUOTE) this.quoted = this.quoted === 0 ? 1 : 0;
    else if (kind === kinds.space && this.quoted > 0 && this.quoted < 31) this.quoted++;
  }

  private endWord(): void {
    const { word, words } = this;
    words.copyWithin(1, 0);
    words[0] = word;
    if (this.firstOfSentence === 0) this.firstOfSentence = word;
    if (this.firstOfParagraph === 0) this.firstOfParagraph = word;
    if (this.capital === 1 && this.wordsInSentence > 0) this.name = word;
    if (this.wordLength >= LONG_WORD) this.longWord = word;
    this.placeOfWord[word & (WORD_PLACES - 1)] = this.position;
    this.ending = this.lettersOfWord & 0xffffff;
    this.lettersOfWord = 0;
    this.wordsInSentence++;
    this.lastLength = this.wordLength;
    this.word = this.wordLength = 0;
  }

  private appendToLine(byte: number): void {
    if (byte !== LINE_FEED) {
      if (this.column === 0) this.firstOfLine = byte;
      this.line[this.column] = byte;
      if (this.column < LONGEST_LINE) this.column++;
    } else {
      if (this.column === 0) this.firstOfParagraph = 0;
      [this.line, this.lineAbove] = [this.lineAbove, this.line];
      this.lineAbove.fill(0, this.column);
      this.column = this.firstOfLine = this.quoted = 0;
    }
    this.above = this.lineAbove[this.column];
  }
}

function kindOf(byte: number): number {
  const letter = String.fromCharCode(byte);
  if (byte >= 128) return kinds.high;
  if (/[a-z]/.test(letter)) return kinds.lower;
  if (/[A-Z]/.test(letter)) return kinds.upper;
  if (/[0-9]/.test(letter)) return kinds.digit;
  if (byte === LINE_FEED) return kinds.line;
  if (byte === 32) return kinds.space;
  if (/[.!?]/.test(letter)) return kinds.stop;
  if (/[,;:]/.test(letter)) return kinds.comma;
  if (/["']/.test(letter)) return kinds.quote;
  return byte < 32 ? kinds.control : kinds.other;
}
