import { datum } from '../words.ts';
import type { ErrorAnalysis } from '../../protocol/results/errorAnalysis.ts';
import type { Column, Table } from '../data/table.ts';
import { fitCart, type CartNode, type CartTest } from '../explain/surrogate/cart.ts';
import { observations } from '../stats/clusteredMean.ts';
import { benjaminiHochberg } from '../stats/multiplicity.ts';
import { allOf, amongSql, columnSql, numberSql } from './conditions.ts';
import { discoveryRate, intervalOf, leastRows, valueOf } from './find.ts';
import { meanOf, momentsOf, worseP, type HalvedLosses, type Moments } from './losses.ts';

const depth = 3;
/** Of the discovery half. */
const leastShare = 0.02;
/** Words beyond which a column is an identifier to a tree, not a category. */
const mostLevels = 50;

/** A tree of the discovery half with the rows of the confirmation half in it. */
interface Told {
  readonly node: CartNode;
  readonly rows: Int32Array;
  readonly moments: Moments;
  /** Two-sided: that both sides of its split err alike. */
  readonly p: number | null;
  readonly sides: readonly [Told, Told] | null;
}

/**
 * Where the model errs, as a tree: grown on one half of the rows (CART on the losses), its leaves told by the other
 * half, as Athey and Imbens's honest trees (2016). A split stays where the other half tells its sides apart, or
 * those below, at a false discovery rate of 5 %.
 */
export function errorTree(table: Table, losses: HalvedLosses): ErrorAnalysis['tree'] {
  const columns = table.columns.filter(
    column => column.kind === 'number' || column.levels.length <= mostLevels,
  );
  const usable = { rows: table.rows, columns };
  const loss = losses.loss.map(value => (Number.isNaN(value) ? 0 : value));
  const minLeaf = Math.max(leastRows, Math.ceil(leastShare * losses.discovery.length));
  const tree = fitCart(usable, losses.discovery, loss, { depth, minLeaf });
  const told = tell(tree, losses.confirmation, usable, losses);
  const splits = [...splitsOf(told)];
  const adjusted = benjaminiHochberg(splits.map(({ p }) => p!));
  const holds = new Set(splits.filter((_, at) => adjusted[at]! <= discoveryRate));
  return listed(told, holds, usable, losses);
}

function tell(node: CartNode, rows: Int32Array, table: Table, losses: HalvedLosses): Told {
  const own = { node, rows, moments: momentsOf(losses.loss, rows) };
  if (node.split === null) return { ...own, p: null, sides: null };
  const { test, yes, no } = node.split;
  const passes = passing(test, table);
  const inside = rows.filter(passes);
  const outside = rows.filter(row => !passes(row));
  const few = [inside, outside].some(side => observations(side, losses.scheme) < leastRows);
  if (few) return { ...own, p: null, sides: null };
  const sides = [tell(yes, inside, table, losses), tell(no, outside, table, losses)] as const;
  const p = 2 * Math.min(worseP(inside, outside, losses), worseP(outside, inside, losses));
  return { ...own, p: Math.min(1, p), sides };
}

function* splitsOf(told: Told): Generator<Told> {
  if (told.sides === null) return;
  yield told;
  for (const side of told.sides) yield* splitsOf(side);
}

function passing({ column: at, ...test }: CartTest, table: Table): (row: number) => boolean {
  const column = table.columns[at]!;
  if (column.kind === 'number')
    return row =>
      Number.isNaN(column.values[row]!)
        ? test.missing
        : test.kind === 'number' && column.values[row]! <= test.threshold;
  const inside = new Set(test.kind === 'category' ? test.levels : []);
  return row => (column.codes[row]! < 0 ? test.missing : inside.has(column.levels[column.codes[row]!]!));
}

/** The root first, then its yes side, then its no side; splits that do not hold are leaves. */
function listed(
  root: Told,
  holds: ReadonlySet<Told>,
  table: Table,
  losses: HalvedLosses,
): ErrorAnalysis['tree'] {
  const nodes: ErrorAnalysis['tree'] = [];
  const kept = (told: Told): boolean => [...splitsOf(told)].some(split => holds.has(split));
  const add = (told: Told, parent: number | null, name: string, where: readonly string[]): void => {
    const { node, moments, rows } = told;
    const open = told.sides !== null && kept(told);
    const at =
      nodes.push({
        parent,
        name,
        where: where.length === 0 ? null : allOf(where),
        fitted: node.n,
        n: moments.n,
        value: valueOf(meanOf(moments), losses),
        interval: intervalOf(rows, losses),
        leaf: !open,
      }) - 1;
    if (!open) return;
    const { test } = node.split!;
    told.sides.forEach((side, i) => {
      const said = wordsOf(test, table, i === 0);
      add(side, at, said.name, [...where, said.where]);
    });
  };
  add(root, null, 'all rows', []);
  return nodes;
}

const shownWords = 4;

interface Property {
  readonly name: string;
  readonly where: string;
}

function wordsOf(test: CartTest, table: Table, yes: boolean): Property {
  const column = table.columns[test.column]!;
  const sql = columnSql(column.name);
  const orMissing = ({ name, where }: Property): Property =>
    test.missing === yes && hasMissing(column)
      ? { name: `${name} or missing`, where: `(${where} OR ${sql} IS NULL)` }
      : { name, where };
  if (test.kind === 'number')
    return orMissing({
      name: `${column.name} ${yes ? '≤' : '>'} ${datum(test.threshold)}`,
      where: `${sql} ${yes ? '<=' : '>'} ${numberSql(test.threshold)}`,
    });
  if (test.levels.length === 0)
    return yes
      ? { name: `${column.name} is missing`, where: `${sql} IS NULL` }
      : { name: `${column.name} is known`, where: `${sql} IS NOT NULL` };
  // Said by the shorter of the two lists.
  const others =
    column.kind === 'category' ? column.levels.filter(level => !test.levels.includes(level)) : [];
  const turned = others.length > 0 && others.length < test.levels.length;
  const [list, among] = turned ? [others, !yes] : [test.levels, yes];
  return orMissing({
    name: `${column.name} ${among ? 'is' : 'is not'} ${shortList(list)}`,
    where: amongSql(column.name, list, among),
  });
}

function shortList(words: readonly string[]): string {
  const more = words.length - shownWords;
  return [...words.slice(0, shownWords), ...(more > 0 ? [`${more} more`] : [])].join(' or ');
}

function hasMissing(column: Column): boolean {
  return column.kind === 'number' ? column.values.some(Number.isNaN) : column.codes.includes(-1);
}
