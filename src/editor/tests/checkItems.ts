import { Range, type TestController, type TestItem, type Uri } from 'vscode';
import type { CheckGroup } from '../../protocol/results/validation.ts';
import type { PlannedCheck } from '../../core/policy/planned.ts';
import type { Place } from '../../workspace/types.ts';

/** Where the rules of a policy stand, so that a test leads to its rule. */
export interface RuleLines {
  readonly file: Uri;
  /** Of a check's id; undefined for checks without a rule. */
  of(id: string): Place | undefined;
}

const groupWords: Readonly<Record<CheckGroup, string>> = {
  integrity: 'Integrity',
  runtime: 'Runtime',
  parity: 'Parity',
  data: 'Data',
  performance: 'Performance',
  fairness: 'Fairness',
  comparison: 'Comparison',
  robustness: 'Robustness',
  monitoring: 'Monitoring',
};

/** Makes the checks of a version its tests, by group; items that are there already stay. */
export function fillChecks(
  controller: TestController,
  version: TestItem,
  checks: readonly PlannedCheck[],
  rules: RuleLines | null,
): void {
  const groups = [...new Set(checks.map(({ group }) => group))];
  version.children.replace(
    groups.map((group, place) => {
      const item = childOf(controller, version, group, groupWords[group], version.uri);
      item.sortText = sortText(place);
      item.children.replace(
        checks
          .filter(check => check.group === group)
          .map(({ id, title }, at) => {
            const line = rules?.of(id);
            const test = childOf(controller, item, id, title, line === undefined ? version.uri : rules?.file);
            test.sortText = sortText(at);
            test.range = line && new Range(line.line, line.column, line.endLine, line.endColumn);
            return test;
          }),
      );
      return item;
    }),
  );
}

/** An item of an id, made when it is not there; an item can't change its file, so that another file is another item. */
export function childOf(
  controller: TestController,
  parent: TestItem,
  id: string,
  label: string,
  uri: Uri | undefined,
): TestItem {
  const known = parent.children.get(id);
  if (known !== undefined && known.uri?.toString() === uri?.toString()) {
    known.label = label;
    return known;
  }
  return controller.createTestItem(id, label, uri);
}

export function sortText(place: number): string {
  return String(place).padStart(4, '0');
}
