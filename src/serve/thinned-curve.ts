import type { Point } from "./protocol.js";

/** Buckets of a curve at most; each keeps two points. */
const BUCKETS = 512;

interface Bucket {
  count: number;
  lowest: Point;
  highest: Point;
}

/**
 * A curve of any length in bounded memory: neighbouring points share a bucket, of which the lowest and the highest are
 * kept, so that no spike is lost. Where there are too many buckets, each takes in its neighbour.
 */
export class ThinnedCurve {
  private buckets: Bucket[] = [];
  private perBucket = 1;
  private newest: Point | undefined;
  /** Grows whenever points that were there before are taken away. */
  generation = 0;
  /** Points that were added. */
  count = 0;

  /** @param key what lowest and highest are of: `testLoss` */
  constructor(
    private readonly key: string,
    private readonly limit = BUCKETS,
  ) {}

  /** Adds a point behind all others. */
  add(point: Point): void {
    this.count += 1;
    this.newest = point;
    const last = this.buckets.at(-1);
    if (last !== undefined && last.count < this.perBucket) {
      last.count += 1;
      if (!(point[this.key] >= last.lowest[this.key])) last.lowest = point;
      if (!(point[this.key] <= last.highest[this.key])) last.highest = point;
      return;
    }
    if (this.buckets.length === this.limit) this.halve();
    this.buckets.push({ count: 1, lowest: point, highest: point });
  }

  /** Begins anew. */
  clear(): void {
    this.buckets = [];
    this.perBucket = 1;
    this.newest = undefined;
    this.count = 0;
    this.generation += 1;
  }

  /** The points of all buckets that are full, in order: what a reader has of them stays true within a generation. */
  points(): Point[] {
    const full = this.buckets.at(-1)?.count === this.perBucket ? this.buckets : this.buckets.slice(0, -1);
    return full.flatMap(pointsOf);
  }

  /** The newest points beside those: of the bucket that is being filled, and the last one. */
  tip(): Point[] {
    const bucket = this.buckets.at(-1);
    if (bucket === undefined || this.newest === undefined) return [];
    const kept = pointsOf(bucket);
    const isFull = bucket.count === this.perBucket;
    if (kept.includes(this.newest)) return isFull ? [] : kept;
    return isFull ? [this.newest] : [...kept, this.newest];
  }

  /** The point that was added last. */
  get last(): Point | undefined {
    return this.newest;
  }

  private halve(): void {
    this.perBucket *= 2;
    this.generation += 1;
    const { key } = this;
    const merged: Bucket[] = [];
    for (let i = 0; i < this.buckets.length; i += 2) {
      const [first, second = first] = this.buckets.slice(i, i + 2);
      merged.push({
        count: this.perBucket,
        lowest: second.lowest[key] < first.lowest[key] ? second.lowest : first.lowest,
        highest: second.highest[key] > first.highest[key] ? second.highest : first.highest,
      });
    }
    this.buckets = merged;
  }
}

/** In the order in which they came, which is that of their steps. */
function pointsOf({ lowest, highest }: Bucket): Point[] {
  if (lowest === highest) return [lowest];
  return orderOf(lowest) <= orderOf(highest) ? [lowest, highest] : [highest, lowest];
}

const orderOf = (point: Point) => point.step ?? point.epoch ?? 0;
