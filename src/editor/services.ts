import 'vscode-jsonrpc/node';
import path from 'node:path';
import { Deployer } from '../deploy/deployer.ts';
import { plannedChecks, type PlannedCheck } from '../core/policy/planned.ts';
import {
  counterfactualsJob,
  explanationComparisonJob,
  prototypesJob,
  surrogateJob,
} from '../jobs/buildLocal.ts';
import { heatmapJob, tokensJob } from '../jobs/buildMasking.ts';
import { tableOf } from '../jobs/compareMany.ts';
import { EngineClient } from '../jobs/engineClient.ts';
import { spawnTrainer } from '../jobs/training.ts';
import { TrialJobs } from '../jobs/trialJobs.ts';
import { PolicyBook } from '../jobs/policyBook.ts';
import { Jobs } from '../jobs/runner.ts';
import type { Policy } from '../protocol/engine.ts';
import type { PageRequests, PageState } from '../protocol/pages.ts';
import { Channel, type Handlers, type Port } from '../protocol/transport.ts';
import { liveVersion } from '../deploy/live.ts';
import { reportOf } from '../report/collect.ts';
import { formatFacts, reportFormats, type ReportFormat } from '../report/formats.ts';
import { signingOf } from '../review/signingKey.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { renderHtml } from '../report/html.ts';
import { Reviews } from '../review/reviews.ts';
import { withSlice } from '../workspace/config/addSlice.ts';
import { checkConfig } from '../workspace/config/check.ts';
import { complete, hover, type ConfigCompletion, type ConfigHover } from '../workspace/config/complete.ts';
import { surroundingsOf } from '../workspace/config/load.ts';
import { policyPlace, rulePlaces, type RulePlace } from '../workspace/config/rules.ts';
import type { ConfigIssue, Place } from '../workspace/types.ts';
import { proposedConfig, type ConfigProposal } from '../workspace/proposal.ts';
import { ResultStore } from '../workspace/store.ts';
import { Workspace } from '../workspace/workspace.ts';

/**
 * The second bundle of the extension host (dist/services.js): everything that is not needed to register the
 * contributions. extension.js loads it on first use, which keeps activation short.
 */

export interface ServicesOptions {
  /** Absolute folder. */
  readonly root: string;
  readonly distDir: string;
  readonly by: string;
  /** MB; asked again at each poll of the memory watch, so that a changed setting holds at once. */
  readonly memoryLimitMb: () => number;
  readonly keepRunning: boolean;
  /** Resolves a secret's name. */
  readonly secret: (name: string) => Promise<string>;
  /** Bootstrap resamples of a validation. */
  readonly resamples: () => number;
  /** Whether anything of the folder may be run, git included. */
  readonly trusted: () => boolean;
  readonly log: (line: string) => void;
}

interface PageNotes {
  state: [PageState, null];
}

/** Pages answer nothing: they are told. */
type PageAnswers = Record<string, never>;

/** One open page, as the host speaks with it. */
export interface PageChannel {
  state(state: PageState): void;
  dispose(): void;
}

/** Help with the text of a slipway.yaml, saved or not. Offsets are in UTF-16 units, as in a document. */
export interface ConfigAssistance {
  check(text: string): readonly ConfigIssue[];
  complete(text: string, offset: number, files: readonly string[]): readonly ConfigCompletion[];
  hover(text: string, offset: number): ConfigHover | null;
  /** The text of a slipway.yaml for a model that has none. */
  propose(proposal: ConfigProposal): string;
  /** The text with a slice in the policy of a model. @throws BadInput */
  withSlice(text: string, model: string, name: string, where: string): string;
}

/** The policies of slipway.yaml, and what they say of stored results. */
export interface PolicyAssistance {
  readonly book: PolicyBook;
  /** Every rule of a text with its place. */
  places(text: string): readonly RulePlace[];
  /** Where a model's policy begins in a text. */
  begin(text: string, model: string): Place;
  /** The checks that a validation under a policy will list. */
  planned(policy: Policy): readonly PlannedCheck[];
}

export interface Services {
  readonly workspace: Workspace;
  readonly jobs: () => Jobs;
  readonly trials: () => TrialJobs;
  /** Runs a training command, telling each line it says. */
  readonly train: typeof spawnTrainer;
  readonly deployer: Deployer;
  readonly reviews: Reviews;
  /** What the journals say is live of the model; null: nothing. */
  readonly live: (model: ResolvedModel) => Promise<ResolvedModel | null>;
  /** Keys of this user, and who git says they are. */
  readonly signing: () => Promise<{ readonly keys: readonly string[]; readonly principal: string | null }>;
  readonly formats: readonly {
    readonly format: ReportFormat;
    readonly title: string;
    readonly extension: string;
  }[];
  readonly report: (model: ResolvedModel, format: ReportFormat) => Promise<string>;
  readonly config: ConfigAssistance;
  /** Jobs about rows, as a page asks for them. */
  readonly build: typeof build;
  readonly made: typeof made;
  readonly policy: PolicyAssistance;
  openChannel(port: Port, handlers: Handlers<PageRequests>): PageChannel;
  /** Kills the engine; running jobs reject, and the next job starts a new one. */
  restartEngine(): void;
  dispose(): Promise<void>;
}

/** What is made of stored results. */
const made = { versionTable: tableOf } as const;

const build = {
  counterfactuals: counterfactualsJob,
  prototypes: prototypesJob,
  surrogate: surrogateJob,
  explanationComparison: explanationComparisonJob,
  heatmap: heatmapJob,
  tokens: tokensJob,
} as const;

/** What this bundle gives the other. */
export interface ServicesModule {
  readonly openServices: typeof openServices;
}

export async function openServices(options: ServicesOptions): Promise<Services> {
  const workspace = await Workspace.open(options.root, options.trusted, options.secret);
  const store = new ResultStore(options.root);
  const start = (): EngineClient =>
    new EngineClient({
      engineFile: path.join(options.distDir, 'engine.js'),
      get memoryLimitMb() {
        return options.memoryLimitMb();
      },
      log: options.log,
    });
  let engine = start();
  let jobs = new Jobs(workspace, engine, store);
  let trials = new TrialJobs(workspace, engine, store);
  const reviews = new Reviews({
    workspace,
    jobs: {
      validate: (model, run) => jobs.validate(model, { resamples: options.resamples() }, run),
      latestExplanation: model => jobs.latest.explanation(model),
      latestComparison: (a, b) => jobs.latest.comparison(a, b, { resamples: options.resamples() }),
    },
    report: renderHtml,
  });
  const deployer = new Deployer({
    root: options.root,
    workspace,
    jobs: {
      // The same job as the editor's own, so that its stored result is the one a release rests on.
      validate: (model, run) => jobs.validate(model, { resamples: options.resamples() }, run),
      golden: (model, rows, run) => jobs.golden(model, rows, run),
      inputs: (model, data, rows, run) => jobs.inputs(model, data, rows, run),
      pack: (request, run) => jobs.pack(request, run),
    },
    reviews,
    distDir: options.distDir,
    by: options.by,
    log: options.log,
    keepRunning: options.keepRunning,
    secret: options.secret,
  });
  return {
    workspace,
    jobs: () => jobs,
    trials: () => trials,
    train: spawnTrainer,
    deployer,
    reviews,
    live: model => liveVersion(deployer, workspace, model, null),
    signing: () => signingOf(options.root),
    formats: reportFormats.map(format => ({ format, ...formatFacts[format] })),
    report: async (model, format) =>
      await reportOf(reviews, model, {
        format,
        rows: false,
        live: await liveVersion(deployer, workspace, model, null),
      }),
    config: {
      check: text => checkConfig(text, surroundingsOf(options.root)),
      complete: (text, offset, files) => complete(text, offset, { files }),
      hover,
      propose: proposedConfig,
      withSlice,
    },
    policy: {
      book: new PolicyBook(workspace, () => jobs),
      places: rulePlaces,
      begin: policyPlace,
      planned: plannedChecks,
    },
    build,
    made,
    openChannel,
    restartEngine: () => {
      engine.dispose();
      engine = start();
      jobs = new Jobs(workspace, engine, store);
      trials = new TrialJobs(workspace, engine, store);
    },
    dispose: async () => {
      engine.dispose();
      await deployer.dispose();
    },
  };
}

function openChannel(port: Port, handlers: Handlers<PageRequests>): PageChannel {
  const channel = new Channel<PageAnswers, PageNotes>(port);
  channel.serve<PageRequests>(handlers);
  channel.listen();
  return {
    state: state => channel.notify('state', state),
    dispose: () => channel.dispose(),
  };
}
