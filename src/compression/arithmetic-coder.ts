/** Probabilities are in units of 1 / 65,536, from 1 to 65,535. */
export const PROBABILITY_BITS = 16;
const UNIT = 2 ** PROBABILITY_BITS;
/** The range is kept above this, so that a probability is met to 2^-24. */
const SMALLEST_RANGE = 2 ** 24;
const WORD = 2 ** 32;

/**
 * A binary arithmetic coder (Witten, Neal and Cleary 1987; with bytes put out and carried as by Schindler 1998 and in LZMA):
 * of an interval [low, low + range) of 32 bits, a 1 takes the first p / 65,536, a 0 the rest. low may grow past 32 bits: then
 * 1 is carried into the bytes before, so that one byte and all of 255 behind it wait until it is known whether it will.
 * Products of 32 and 16 bits are exact in doubles, so that all machines give the same bytes.
 */
export class ArithmeticEncoder {
  private low = 0;
  private range = WORD - 1;
  private waiting = 0;
  private full = 0;
  private begun = false;
  private bytes = new Uint8Array(1 << 16);
  private count = 0;

  /** @param p the probability of a 1, from 1 to 65,535 */
  code(bit: number, p: number): number {
    const bound = Math.floor((this.range * p) / UNIT);
    if (bit === 1) this.range = bound;
    else {
      this.low += bound;
      this.range -= bound;
    }
    while (this.range < SMALLEST_RANGE) {
      this.range *= 256;
      this.shift();
    }
    return bit;
  }

  /** How many bytes there are so far, but for those at most 4 that `finish` adds. */
  get length(): number {
    return this.count + this.full;
  }

  /** All bytes; the coder then begins anew. */
  finish(): Uint8Array {
    // The shortest that lies within the interval, whatever zeros a decoder reads behind it.
    const end = this.low + this.range - 1;
    let value = this.low;
    for (let bits = 32; bits >= 0; bits -= 8) {
      const rounded = Math.floor(end / 2 ** bits) * 2 ** bits;
      if (rounded < this.low) continue;
      value = rounded;
      break;
    }
    this.low = value;
    for (let i = 0; i < 5; i++) this.shift();
    let { count } = this;
    while (count > 0 && this.bytes[count - 1] === 0) count--;
    const bytes = this.bytes.slice(0, count);
    [this.low, this.range, this.waiting, this.full, this.count] = [0, WORD - 1, 0, 0, 0];
    this.begun = false;
    return bytes;
  }

  /** Puts out the first byte of low, or has it wait. */
  private shift(): void {
    if (this.low < 0xff000000 || this.low >= WORD) {
      const carry = this.low >= WORD ? 1 : 0;
      if (this.begun) this.put((this.waiting + carry) & 255);
      for (; this.full > 0; this.full--) this.put((255 + carry) & 255);
      this.waiting = Math.floor(this.low / 2 ** 24) & 255;
      this.begun = true;
    } else this.full++;
    this.low = (this.low % 2 ** 24) * 256;
  }

  private put(byte: number): void {
    if (this.count === this.bytes.length) {
      const more = new Uint8Array(2 * this.count);
      more.set(this.bytes);
      this.bytes = more;
    }
    this.bytes[this.count++] = byte;
  }
}

/** Reads what `ArithmeticEncoder` wrote, given the same probabilities. Behind the end it reads zeros. */
export class ArithmeticDecoder {
  private position = 0;
  private value = 0;
  private range = WORD - 1;

  constructor(private readonly bytes: Uint8Array) {
    for (let i = 0; i < 4; i++) this.value = this.value * 256 + this.next();
  }

  /**
   * The next bit.
   *
   * @param _ is what an encoder would be given
   * @param p the probability of a 1, from 1 to 65,535
   */
  code(_: number, p: number): number {
    const bound = Math.floor((this.range * p) / UNIT);
    const bit = this.value < bound ? 1 : 0;
    if (bit === 1) this.range = bound;
    else {
      this.value -= bound;
      this.range -= bound;
    }
    while (this.range < SMALLEST_RANGE) {
      this.range *= 256;
      this.value = this.value * 256 + this.next();
    }
    return bit;
  }

  /** How many bytes it has read. */
  get read(): number {
    return this.position;
  }

  private next(): number {
    return this.position < this.bytes.length ? this.bytes[this.position++] : 0;
  }
}
