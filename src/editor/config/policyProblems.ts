import path from 'node:path';
import {
  Diagnostic,
  DiagnosticSeverity,
  languages,
  Range,
  Uri,
  workspace,
  type DiagnosticCollection,
  type Disposable,
} from 'vscode';
import type { Standing } from '../../jobs/policyBook.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import type { Place } from '../../workspace/types.ts';
import { sentenceOf } from '../failures.ts';
import type { Host } from '../host.ts';
import type { Services } from '../services.ts';
import { configFile, isConfig } from './document.ts';
import { ruleOf } from './ruleOf.ts';

const settleMs = 250;
const source = 'Slipway policy';

/**
 * What the newest validated version of each model fails, or what its rows cannot decide, at the rule's line in
 * slipway.yaml: under the policy as it is typed, saved or not.
 */
export class PolicyProblems implements Disposable {
  readonly #host: Host;
  readonly #collection: DiagnosticCollection = languages.createDiagnosticCollection('slipway.policy');
  #timer: NodeJS.Timeout | null = null;
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
    host.context.subscriptions.push(
      host.onDidOpen(() => this.#later()),
      host.onDidChange(change => {
        if (change !== 'work' && change !== 'targets') this.#later();
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (isConfig(host, document)) this.#later();
      }),
    );
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#collection.dispose();
  }

  #later(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#draw().catch((error: unknown) => this.#host.log.error(sentenceOf(error)));
    }, settleMs);
  }

  async #draw(): Promise<void> {
    if (this.#host.root === null) return;
    const turn = ++this.#turn;
    const services = await this.#host.services();
    const file = Uri.file(path.join(this.#host.root, configFile));
    const text = await textOf(file);
    const problems = text === null ? [] : await problemsIn(text, services);
    // A later look may have ended first.
    if (turn === this.#turn) this.#collection.set(file, problems);
  }
}

/** As it stands in an editor, saved or not; else on disk; null when there is none. */
async function textOf(file: Uri): Promise<string | null> {
  const open = workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  if (open !== undefined) return open.getText();
  return await workspace.fs.readFile(file).then(
    bytes => Buffer.from(bytes).toString(),
    () => null,
  );
}

async function problemsIn(text: string, { policy, workspace: folder }: Services): Promise<Diagnostic[]> {
  const places = policy.places(text);
  const models = folder.models().filter(({ configured }) => configured);
  const standings = await Promise.all(models.map(({ name }) => policy.book.standingIn(text, name)));
  return standings.flatMap(standing => {
    // What was found on other data says nothing of now.
    if (standing === null || standing.stale !== null) return [];
    return standing.checks.flatMap(check => {
      const rule = ruleOf(places, standing.entry.name, check.id);
      const severity = severityOf(check, rule !== undefined);
      if (severity === null) return [];
      return [problem(check, standing, rule ?? policy.begin(text, standing.entry.name), severity)];
    });
  });
}

/** A default that warns is no rule of this file: the page says it. */
function severityOf(check: CheckResult, isRule: boolean): DiagnosticSeverity | null {
  if (check.status === 'fail') return DiagnosticSeverity.Error;
  if (!isRule) return null;
  if (check.status === 'warn') return DiagnosticSeverity.Warning;
  // A rule that did not run leaves the verdict open as much as one that is undecided.
  const open = check.status === 'inconclusive' || (check.status === 'not-run' && check.threshold !== null);
  return open ? DiagnosticSeverity.Information : null;
}

function problem(
  check: CheckResult,
  { entry, version }: Standing,
  { line, column, endLine, endColumn }: Place,
  severity: DiagnosticSeverity,
): Diagnostic {
  const made = new Diagnostic(
    new Range(line, column, endLine, endColumn),
    `${entry.name} ${version.version}: ${wordsOf(check)}`,
    severity,
  );
  made.source = source;
  made.code = check.id;
  return made;
}

/** Of what is undecided the advice too: how many rows would decide it. */
function wordsOf({ finding, advice, status }: CheckResult): string {
  return status === 'inconclusive' && advice !== null ? `${finding} ${advice}` : finding;
}
