import {
  CodeLens,
  EventEmitter,
  languages,
  Range,
  type CodeLensProvider,
  type Command,
  type Disposable,
  type TextDocument,
} from 'vscode';
import {
  checksOfRule,
  deltaOf,
  isOfRule,
  readingOf,
  statusWords,
  type JudgedSection,
} from '../../core/policy/readings.ts';
import type { PolicyPreview } from '../../protocol/results/policyPreview.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import type { Standing } from '../../jobs/policyBook.ts';
import type { RulePlace } from '../../workspace/config/rules.ts';
import type { CommandId } from '../contributions/commands.ts';
import type { Host } from '../host.ts';
import { referenceOf } from '../row.ts';
import { verdictIcons } from '../tree/items.ts';
import { configSelector, isConfig } from './document.ts';

/** Models whose values are shown above a rule for all of them. */
const mostModels = 3;

/** Above each rule of the policy: the last value, its change, what an unsaved limit would have decided; run, explain. */
export class PolicyLenses implements CodeLensProvider, Disposable {
  readonly #host: Host;
  readonly #changes = new EventEmitter<void>();
  readonly #registration: Disposable;
  readonly onDidChangeCodeLenses = this.#changes.event;

  constructor(host: Host) {
    this.#host = host;
    this.#registration = languages.registerCodeLensProvider(configSelector, this);
    host.context.subscriptions.push(
      host.onDidChange(change => {
        if (change !== 'work' && change !== 'targets') this.#changes.fire();
      }),
    );
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    if (!isConfig(this.#host, document)) return [];
    const { policy, workspace } = await this.#host.services();
    const text = document.getText();
    const places = policy.places(text);
    const models = workspace.models().filter(({ configured }) => configured);
    const previews = document.isDirty ? await policy.book.previewText(text) : [];
    const lenses: CodeLens[] = [];
    for (const place of places) {
      const range = new Range(place.line, place.column, place.endLine, place.endColumn);
      const meant = models.filter(({ name }) => place.model === null || place.model === name);
      const sole = models.length === 1 || place.model !== null;
      for (const { name } of meant.slice(0, mostModels)) {
        const standing = await policy.book.standing(name);
        const preview = previews.find(({ model }) => model === name) ?? null;
        const commands = this.#lensesOf(place, name, standing, preview, sole ? '' : `${name} `);
        lenses.push(...commands.map(command => new CodeLens(range, command)));
      }
    }
    return lenses;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }

  #lensesOf(
    place: RulePlace,
    model: string,
    standing: Standing | null,
    preview: PolicyPreview | null,
    prefix: string,
  ): Command[] {
    const argument =
      standing === null
        ? { reference: model }
        : {
            reference: referenceOf(standing.entry, standing.version),
            // What a margin is held against.
            ...(place.section !== 'margins' || standing.before === null
              ? {}
              : { other: referenceOf(standing.entry, standing.before.version) }),
          };
    const act = (title: string, command: CommandId): Command => ({ title, command, arguments: [argument] });
    const value = standing === null ? 'not validated yet' : valueTitle(place, standing);
    const said = preview === null ? null : previewTitle(place, preview);
    return [
      act(`${prefix}${value}`, 'slipway.openValidation'),
      ...(said === null
        ? []
        : [
            {
              title: said,
              command: 'slipway.previewPolicy' satisfies CommandId,
              arguments: [{ name: model }],
            },
          ]),
      ...(this.#host.trusted ? actsOn(place, standing).map(([title, id]) => act(title, id)) : []),
    ];
  }
}

/** What can be done about a rule: a margin is held in a comparison, the others in a validation. */
function actsOn(
  { section }: RulePlace,
  standing: Standing | null,
): readonly (readonly [string, CommandId])[] {
  if (section !== 'margins')
    return [
      ['Run', 'slipway.validate'],
      ['Explain', 'slipway.explain'],
    ];
  return standing?.before == null ? [] : [['Compare', 'slipway.compare']];
}

/** "$(pass) 2.0.0: 0.754 (0.702 to 0.805), passes; -0.00778 against 1.1.0". */
function valueTitle({ section, name }: RulePlace, { version, checks, before, stale }: Standing): string {
  const against = before === null ? '' : ` against ${before.version.version}`;
  const delta = section === 'metrics' || section === 'margins' ? before?.deltas[name] : undefined;
  if (section === 'margins')
    return delta === undefined
      ? `${version.version}: not compared${against}`
      : `${version.version}: ${deltaOf(delta.value, delta.interval)}${against}`;
  const found = checksOfRule(checks, section, name);
  if (found.length === 0) return `${version.version}: not in its last validation`;
  const worst = found.find(({ status }) => status === 'fail') ?? found[0]!;
  const readings = [...new Set(found.map(readingOf))].join('; ');
  const change =
    delta === undefined ? differenceFrom(before, section, name, worst) : deltaOf(delta.value, delta.interval);
  return [
    `$(${verdictIcons[worst.status].id})\u00a0${version.version}: ${readings}`,
    change === null ? null : `${change}${against}`,
    stale === null ? null : 'its data has changed since',
  ]
    .filter(part => part !== null)
    .join('; ');
}

function differenceFrom(
  before: Standing['before'],
  section: JudgedSection,
  name: string,
  now: CheckResult,
): string | null {
  const then = checksOfRule(before?.checks ?? [], section, name)[0]?.value;
  return typeof then === 'number' && typeof now.value === 'number'
    ? deltaOf(now.value - then, null, now.unit)
    : null;
}

/** "Not saved yet: 2.0.0 would fail (passes now)"; null where the change leaves this rule as it is. */
function previewTitle({ section, name }: RulePlace, { changed, versions }: PolicyPreview): string | null {
  if (!changed.includes(`${section}.${name}`) || section === 'margins') return null;
  if (versions.length === 0) return '$(eye)\u00a0Not saved yet: no stored validation to judge';
  const different = versions.flatMap(({ version, checks }) =>
    checks
      .filter(({ id }) => isOfRule(id, section, name))
      .map(({ before, after }) => ({
        version,
        words: `${after === null ? 'has no such rule' : statusWords[after]} (${before === null ? 'new' : `${statusWords[before]} now`})`,
      })),
  );
  const [first] = different;
  if (first === undefined)
    return `$(eye)\u00a0Not saved yet: nothing changes for ${versions.length} past results`;
  const more = different.length > 1 ? `, and ${different.length - 1} more of ${versions.length} change` : '';
  return `$(eye)\u00a0Not saved yet: then ${first.version} ${first.words}${more}`;
}
