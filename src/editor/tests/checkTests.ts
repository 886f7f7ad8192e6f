import path from 'node:path';
import {
  Location,
  TestMessage,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  Uri,
  workspace,
  type CancellationToken,
  type Disposable,
  type TestController,
  type TestItem,
  type TestRun,
  type TestRunProfile,
} from 'vscode';
import { statusWords } from '../../core/policy/readings.ts';
import type { Stored } from '../../protocol/pages.ts';
import type { CheckResult, Validation } from '../../protocol/results/validation.ts';
import { knownVersion } from '../../workspace/known.ts';
import type { ListedVersion } from '../catalog.ts';
import { configFile } from '../config/document.ts';
import { ruleOf } from '../config/ruleOf.ts';
import { sentenceOf } from '../failures.ts';
import type { Host } from '../host.ts';
import { validate } from '../tasks.ts';
import { verdictWords } from '../tree/items.ts';
import { childOf, fillChecks, sortText, type RuleLines } from './checkItems.ts';
import { outcomeOf } from './outcome.ts';

/** Versions of a model that are offered as suites. */
const offered = 20;

/** A version as a suite, with what was last known of it. */
interface Suite {
  readonly item: TestItem;
  listed: ListedVersion;
  digest: string | null;
  stored: Stored<Validation> | null;
  /** Job of the result whose outcomes the editor was given. */
  reported: string | null;
  running: boolean;
}

/** A run that goes on: what changes on disk is validated again until its token is cancelled. */
interface Continuous {
  readonly request: TestRunRequest;
  readonly token: CancellationToken;
}

/**
 * The Test Explorer: a version is a suite; its tests are the checks, by group, with the slices behind them. One
 * validation gives all outcomes of a version, whichever of its tests was asked for. Nothing is read before the
 * editor asks for the tests.
 */
export class CheckTests implements Disposable {
  readonly controller: TestController;
  readonly profile: TestRunProfile;
  readonly #host: Host;
  readonly #suites = new Map<string, Suite>();
  readonly #continuous = new Set<Continuous>();
  #awake = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(host: Host) {
    this.#host = host;
    this.controller = tests.createTestController('slipway.checks', 'Slipway');
    this.controller.resolveHandler = async item => {
      if (item === undefined) await this.refresh();
      else await this.#plan(item);
    };
    this.controller.refreshHandler = () => host.reload();
    this.profile = this.controller.createRunProfile(
      'Validate',
      TestRunProfileKind.Run,
      (request, token) => this.run(request, token),
      true,
      undefined,
      true,
    );
    host.context.subscriptions.push(
      host.onDidChange(change => {
        if (!this.#awake || change === 'work' || change === 'targets') return;
        this.refresh()
          .then(async changed => {
            if (change !== 'results') await this.#again(changed);
          })
          .catch((error: unknown) => host.log.error(sentenceOf(error)));
      }),
    );
  }

  dispose(): void {
    this.controller.dispose();
  }

  /** Makes the suites what the folder holds. Resolves with those that changed on disk since the last look. */
  refresh(): Promise<readonly Suite[]> {
    this.#awake = true;
    const next = this.#queue.then(() => this.#refresh());
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    await this.refresh();
    if (request.continuous === true) {
      const going = { request, token };
      this.#continuous.add(going);
      token.onCancellationRequested(() => this.#continuous.delete(going));
      return;
    }
    await this.#validate(request, this.#wanted(request), token, true);
  }

  async #refresh(): Promise<readonly Suite[]> {
    const host = this.#host;
    if (host.root === null) return [];
    const suites: Suite[] = [];
    const changed: Suite[] = [];
    for (const entry of await host.catalog.models()) {
      const { versions } = await host.catalog.versions(entry, offered);
      for (const listed of versions) {
        const { suite, isChanged } = await this.#suiteOf(listed);
        suite.item.sortText = sortText(suites.length);
        suites.push(suite);
        if (isChanged) changed.push(suite);
      }
    }
    const ids = new Set(suites.map(({ item }) => item.id));
    for (const id of this.#suites.keys()) if (!ids.has(id)) this.#suites.delete(id);
    // Outcomes are shown on tests that the editor knows.
    this.controller.items.replace(suites.map(({ item }) => item));
    const rules = await this.#ruleLines();
    for (const suite of suites) this.#publish(suite, rules(suite.listed.entry.name));
    return changed;
  }

  /** The outcomes of a stored validation that was not made by a run of ours. */
  #publish(suite: Suite, rules: RuleLines | null): void {
    const { item, stored, running, reported } = suite;
    if (stored === null || stored.stale !== null || running || reported === stored.result.job) return;
    fillChecks(this.controller, item, reportedChecks(stored.result), rules);
    const request = new TestRunRequest([item]);
    const run = this.controller.createTestRun(request, `Stored validation of ${item.label}`, false);
    this.#report(run, suite, stored.result, rules);
    run.end();
  }

  /** The suite of a version; its outcomes are outdated when they no longer hold for what lies on disk. */
  async #suiteOf(listed: ListedVersion): Promise<{ suite: Suite; isChanged: boolean }> {
    const { entry, version } = listed;
    const { digest } = version;
    const id = `${entry.name}@${version.version}`;
    const stored =
      digest === null ? null : await this.#host.catalog.validation(knownVersion(entry, version, digest));
    const known = this.#suites.get(id);
    const suite = known ?? this.#newSuite(id, listed, stored);
    const isChanged =
      known === undefined
        ? false
        : known.digest !== digest || (stored === null ? null : stored.stale) !== null;
    const outdated = known !== undefined && known.reported !== null && isChanged;
    Object.assign(suite, { listed, digest, stored });
    suite.item.description = verdictWords[listed.row.verdict];
    if (outdated) {
      suite.reported = null;
      suite.item.description = stored?.stale ?? 'Changed since it was validated.';
      this.controller.invalidateTestResults(suite.item);
    }
    return { suite, isChanged };
  }

  #newSuite(id: string, listed: ListedVersion, stored: Suite['stored']): Suite {
    const { entry, version } = listed;
    const inFolder = entry.source !== 'git' || version.modified;
    const uri = inFolder ? Uri.file(path.resolve(this.#host.root!, version.path)) : undefined;
    const item = this.controller.createTestItem(id, `${entry.name} ${version.version}`, uri);
    item.canResolveChildren = true;
    const suite = { item, listed, digest: version.digest, stored, reported: null, running: false };
    this.#suites.set(id, suite);
    return suite;
  }

  /** The checks a version will have, before it was validated. */
  async #plan(item: TestItem): Promise<void> {
    const suite = this.#suites.get(item.id);
    if (suite === undefined || item.children.size > 0) return;
    const { policy } = await this.#host.services();
    const { entry } = suite.listed;
    fillChecks(this.controller, item, policy.planned(entry.policy), (await this.#ruleLines())(entry.name));
    item.canResolveChildren = false;
  }

  /** Suites of a request: all of them, or those its tests are of. */
  #wanted({ include, exclude }: TestRunRequest): readonly Suite[] {
    const suiteIds = (items: readonly TestItem[] | undefined): Set<string> =>
      new Set(items?.map(item => suiteItem(item).id));
    const wanted = suiteIds(include);
    const without = new Set(exclude?.filter(({ parent }) => parent === undefined).map(({ id }) => id));
    return [...this.#suites.values()].filter(
      ({ item }) => (include === undefined || wanted.has(item.id)) && !without.has(item.id),
    );
  }

  async #again(changed: readonly Suite[]): Promise<void> {
    for (const { request, token } of this.#continuous) {
      const wanted = this.#wanted(request).filter(suite => changed.includes(suite));
      if (wanted.length > 0) await this.#validate(request, wanted, token, false);
    }
  }

  /** @param fresh run again although the same job's result is stored */
  async #validate(
    request: TestRunRequest,
    suites: readonly Suite[],
    token: CancellationToken,
    fresh: boolean,
  ): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      for (const { item } of suites) {
        await this.#plan(item);
        each(item, test => run.enqueued(test));
      }
      for (const suite of suites) {
        if (token.isCancellationRequested) break;
        await this.#validateOne(run, suite, token, fresh);
      }
    } finally {
      run.end();
    }
  }

  async #validateOne(run: TestRun, suite: Suite, token: CancellationToken, fresh: boolean): Promise<void> {
    const { item, listed } = suite;
    suite.running = true;
    each(item, test => run.started(test));
    try {
      if (!this.#host.trusted) throw new Error('Nothing is run in a folder that is not trusted.');
      const { workspace: folder } = await this.#host.services();
      const model = await folder.resolve(listed.reference);
      const cancelling = token.onCancellationRequested(() =>
        this.#host.work.cancel('validate', model.ref.digest),
      );
      try {
        const result = await validate(this.#host, model, fresh);
        this.#report(run, suite, result, (await this.#ruleLines())(listed.entry.name));
      } finally {
        cancelling.dispose();
      }
    } catch (error) {
      if (token.isCancellationRequested) each(item, test => run.skipped(test));
      else run.errored(item, new TestMessage(sentenceOf(error)));
    } finally {
      suite.running = false;
    }
  }

  #report(run: TestRun, suite: Suite, result: Validation, rules: RuleLines | null): void {
    const { item } = suite;
    suite.reported = result.job;
    const checks = reportedChecks(result);
    fillChecks(this.controller, item, checks, rules);
    item.canResolveChildren = false;
    item.description = verdictWords[result.verdict.status];
    run.appendOutput(`${item.label}: ${result.verdict.sentence}\r\n`);
    for (const check of checks) {
      const test = item.children.get(check.group)?.children.get(check.id);
      if (test === undefined) continue;
      const outcome = outcomeOf(check);
      test.description = outcome.description;
      const slices = outcome.slices.map((slice, place) => {
        const child = childOf(this.controller, test, slice.id, slice.label, test.uri);
        child.description = slice.description;
        child.sortText = sortText(place);
        return child;
      });
      test.children.replace(slices);
      say(run, test, outcome.state, () => messageOf(test, outcome));
      for (const slice of outcome.slices)
        say(run, test.children.get(slice.id)!, slice.state, () => new TestMessage(slice.description));
      if (check.status === 'warn')
        run.appendOutput(`${check.title} warns: ${outcome.message}\r\n`, undefined, test);
      else if (outcome.state === 'skipped')
        run.appendOutput(
          `${check.title} ${statusWords[check.status]}: ${outcome.message}\r\n`,
          undefined,
          test,
        );
    }
    // The editor would call a version passed of which all is passed or skipped.
    if (result.verdict.status === 'inconclusive') run.errored(item, new TestMessage(result.verdict.sentence));
  }

  /** Where the rules of each model stand in the saved slipway.yaml. */
  async #ruleLines(): Promise<(model: string) => RuleLines | null> {
    const file = Uri.file(path.join(this.#host.root!, configFile));
    const { policy } = await this.#host.services();
    const text = await workspace.fs.readFile(file).then(
      bytes => Buffer.from(bytes).toString(),
      () => null,
    );
    if (text === null) return () => null;
    const places = policy.places(text);
    return model => ({ file, of: id => ruleOf(places, model, id) });
  }
}

/** Without what the policy switches off. */
function reportedChecks({ checks }: Validation): readonly CheckResult[] {
  return checks.filter(({ finding }) => finding !== 'Switched off by the policy.');
}

function messageOf(test: TestItem, { message, expected, actual }: ReturnType<typeof outcomeOf>): TestMessage {
  const made =
    expected === null || actual === null
      ? new TestMessage(message)
      : TestMessage.diff(message, expected, actual);
  if (test.uri !== undefined && test.range !== undefined) made.location = new Location(test.uri, test.range);
  return made;
}

function say(
  run: TestRun,
  test: TestItem,
  state: ReturnType<typeof outcomeOf>['state'],
  message: () => TestMessage,
): void {
  if (state === 'failed') run.failed(test, message());
  else run[state](test);
}

function suiteItem(item: TestItem): TestItem {
  return item.parent === undefined ? item : suiteItem(item.parent);
}

/** The tests under an item that have none of their own. */
function each(item: TestItem, act: (test: TestItem) => void): void {
  if (item.children.size === 0) act(item);
  item.children.forEach(child => each(child, act));
}
