import { BadInput } from '../../failure.ts';
import { softmaxScore, softmaxTotal, type ClassLink } from './link.ts';

/** Margins held for one pair of rows, at most: coalitions x classes. */
const mostMargins = 2 ** 17;

/**
 * The game between one row and one background row in the probability of one class, v(S) = softmax(margins with
 * the players in S taken from the row), by all coalitions of the players that make a difference between the two:
 * the others are dummies. Margins are given as terms that hold for some coalitions; averaged over the background
 * the values are the Shapley values of the mean probability, with nothing sampled.
 */
export class ClassGame {
  readonly #link: ClassLink;
  readonly #classes: number;
  readonly #column: number;
  readonly #most: number;
  /** Coalitions x classes: first what a coalition adds to those that hold it, then the margins. */
  readonly #margins: Float64Array;
  readonly #scores: Float64Array;
  /** Per coalition: how many players it holds. */
  readonly #sizes: Uint8Array;
  /** Player -> its bit in this pair; 0: none yet. */
  readonly #bits: Int32Array;
  readonly #players: Int32Array;
  #count = 0;

  /** @param column the class explained */
  constructor(link: ClassLink, players: number, classes: number, column: number) {
    this.#link = link;
    this.#classes = classes;
    this.#column = column;
    this.#most = Math.min(players, Math.max(1, Math.floor(Math.log2(mostMargins / classes))));
    const size = 1 << this.#most;
    this.#margins = new Float64Array(size * classes);
    this.#scores = new Float64Array(size);
    this.#sizes = new Uint8Array(size);
    for (let s = 1; s < size; s++) this.#sizes[s] = this.#sizes[s >> 1]! + (s & 1);
    this.#bits = new Int32Array(players);
    this.#players = new Int32Array(this.#most);
  }

  /**
   * The player's place in coalitions of this pair.
   * @throws BadInput when more players make a difference than all coalitions can be made of
   */
  bit(player: number): number {
    const known = this.#bits[player]!;
    if (known !== 0) return known;
    if (this.#count === this.#most)
      throw new BadInput(
        'too-many-coalitions',
        `Probabilities of ${this.#classes} classes share one softmax, whose exact values are found by all ` +
          `coalitions of the columns that make a difference between a row and a background row. Here these are ` +
          `more than ${this.#most}: choose the raw space, or a black-box method.`,
      );
    this.#players[this.#count] = player;
    return (this.#bits[player] = 1 << this.#count++);
  }

  /**
   * Adds margins to the coalitions that hold all of one and none of another.
   * @param margins one a class, from `from` on
   * @param held the bits of players that must be there; `barred` of those that must not
   */
  add(margins: Float64Array, from: number, held: number, barred: number): void {
    const classes = this.#classes;
    for (let k = 0; k < classes; k++) {
      const margin = margins[from + k]!;
      if (margin === 0) continue;
      // Inclusion and exclusion: barred players take away again what they add.
      for (let part = barred; ; part = (part - 1) & barred) {
        this.#margins[(held | part) * classes + k]! += (this.#sizes[part]! & 1) === 0 ? margin : -margin;
        if (part === 0) break;
      }
    }
  }

  /**
   * Adds the pair's values to those of a row, and makes room for the next pair.
   * @param phi players x rows
   */
  finish(weight: number, phi: Float64Array, rows: number, row: number): void {
    const count = this.#count;
    const scores = this.#scores;
    const coalitions = 1 << count;
    this.#sumOverParts(coalitions);
    const { without, either } = weightsOf(count);
    let absent = 0;
    for (let s = 0; s < coalitions; s++) {
      const score = this.#score(s * this.#classes);
      const size = this.#sizes[s]!;
      absent += score * without[size]!;
      scores[s] = score * either[size]!;
    }
    // A player's value is what coalitions with it weigh less those without it; the halves with each player are
    // summed from the last bit on, and folded onto the halves without.
    for (let bit = count - 1; bit >= 0; bit--) {
      const half = 1 << bit;
      let present = 0;
      for (let s = 0; s < half; s++) {
        const score = scores[s + half]!;
        present += score;
        scores[s]! += score;
      }
      const player = this.#players[bit]!;
      phi[player * rows + row]! += weight * (present - absent);
      this.#bits[player] = 0;
    }
    this.#margins.fill(0, 0, coalitions * this.#classes);
    this.#count = 0;
  }

  /** Of the coalition whose margins are from there on. */
  #score(from: number): number {
    const margins = this.#margins;
    const own = margins[from + this.#column]!;
    if (this.#link === 'softmax-zero')
      return softmaxScore(this.#link, own, softmaxTotal(this.#link, margins, from, this.#classes));
    // One exponential less a class than by the total: they are most of the work.
    let odds = 1;
    for (let k = 0; k < this.#classes; k++)
      if (k !== this.#column) odds += Math.exp(margins[from + k]! - own);
    return 1 / odds;
  }

  /** What every part of a coalition adds. */
  #sumOverParts(coalitions: number): void {
    const margins = this.#margins;
    const end = coalitions * this.#classes;
    for (let half = this.#classes; half < end; half *= 2)
      for (let from = half; from < end; from += 2 * half)
        for (let at = from; at < from + half; at++) margins[at]! += margins[at - half]!;
  }
}

interface Weights {
  /** Per size of a coalition: its weight in the value of a player that is not in it. */
  readonly without: Float64Array;
  /** That and its weight in the value of a player that is. */
  readonly either: Float64Array;
}

const known: Weights[] = [];

/** s! (d - s - 1)! / d! for a player to come, and the same of s - 1 for one that is there. */
function weightsOf(d: number): Weights {
  return (known[d] ??= ((): Weights => {
    const without = new Float64Array(d + 1);
    let binomial = 1;
    for (let s = 0; s < d; s++) {
      without[s] = 1 / (d * binomial);
      binomial = (binomial * (d - 1 - s)) / (s + 1);
    }
    return { without, either: without.map((weight, s) => weight + (without[s - 1] ?? 0)) };
  })());
}
