import type Docker from 'dockerode';
import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import { verifyStep } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { accessContents, lackingAccess, type AccessContents } from '../access.ts';
import { requireBinaries } from '../bundle.ts';
import { requireFreePort } from '../local/serverProcess.ts';
import { backgroundFile, FollowingSteps } from '../following.ts';
import { servedModel, servingOf, servingStates, shadowOf, sharesOf } from '../servingStates.ts';
import { DockerHost, pollMs, type Opened } from './host.ts';
import { hasImage } from './image.ts';
import { VolumeLease } from './lease.ts';
import type { DockerSettings } from './settings.ts';
import { containerName } from './shape.ts';
import { DockerSteps } from './steps.ts';

/**
 * The inference server in one container of Docker or Podman. The image holds the server, a volume the versions;
 * a change of versions is a change of serving.json, which the server follows without failing a request.
 */
export class DockerTarget implements Target {
  readonly kind = 'docker';
  readonly divides = true;
  readonly lease: LeasePlace;
  readonly name: string;
  readonly #settings: DockerSettings;
  readonly #context: TargetContext;
  readonly #following: FollowingSteps;
  readonly #host: DockerHost;
  readonly #steps: DockerSteps;

  constructor(name: string, settings: DockerSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    const container = containerName(name, settings);
    this.#host = new DockerHost(name, settings, context);
    this.#steps = new DockerSteps(this.#host, name, settings, context);
    this.lease = new VolumeLease(async () => (await this.#host.open()).connection, container);
    this.#following = new FollowingSteps(pollMs, async (_, work) => {
      const { container } = await this.#host.open();
      return await work({
        client: signal => this.#host.client(signal),
        stands: async signal => (await container.find(signal)) !== null,
        put: (value, signal) => container.volume.putServing(value, signal),
        write: (path, value, signal) => container.volume.write(path, value, signal),
        // It goes with the version that it belongs to.
        remove: () => Promise.resolve(),
      });
    });
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const bad = (error: unknown, mend: string | null): Finding => {
      if (!(error instanceof BadInput)) throw error;
      return { ok: false, what: error.message, mend };
    };
    let host: Opened;
    try {
      host = await this.#host.open();
      await requireBinaries((await this.#host.image(host)).source);
    } catch (error) {
      return [bad(error, null)];
    }
    const { container, connection } = host;
    const { address, port, base } = this.#settings;
    const lacking = await lackingAccess(this.#settings, this.#context);
    if (lacking !== null) return [lacking];
    const findings: Finding[] = [
      {
        ok: true,
        what: `${connection.place} answers: ${inWords(await this.#host.version(host))}.`,
        mend: null,
      },
    ];
    const found = await container.find(signal);
    if (found !== null && found.target !== this.name)
      findings.push({
        ok: false,
        what: `A container ${container.name} is there that is not of target ${this.name}.`,
        mend: 'Set another `container` in slipway.yaml, or remove it.',
      });
    else if (found?.running !== true && connection.host === '127.0.0.1')
      await requireFreePort(address, port).catch((error: unknown) =>
        findings.push(bad(error, `Set another \`port\` for ${this.name} in slipway.yaml.`)),
      );
    const image = await this.#host.image(host);
    if (!(await hasImage(connection, image.tag, signal)) && !(await hasImage(connection, base, signal)))
      findings.push({
        ok: true,
        what: `The base image ${base} is pulled when the image is built.`,
        mend: null,
      });
    return findings;
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    const contents = await accessContents(this.#settings, this.#context);
    try {
      return await this.#look(contents, signal);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null, facts: {} };
      return { reachable: false, ...none, sentence: error.message };
    }
  }

  async #look(contents: AccessContents, signal: AbortSignal): Promise<Observed> {
    const host = await this.#host.open();
    const image = await this.#host.image(host);
    const { container, connection } = host;
    const found = await container.find(signal);
    const ours = found?.target === this.name ? found : null;
    const client = host.client(ours);
    const asks = ours === null ? null : await container.volume.serving(signal);
    const answers = ours?.running === true && (await client.isInstance(ours.instance, signal));
    const wanted = sharesOf(asks);
    const ready = answers && (await client.ready(signal));
    const access = await container.accessFolder(contents, ours, signal);
    return {
      reachable: true,
      live: answers && asks !== null ? ((await client.traffic(asks.model, signal)) ?? []) : wanted,
      shadow: shadowOf(asks),
      present: ours === null ? [] : await container.volume.present(signal),
      healthy: ready,
      endpoint: ours === null ? null : client.url,
      sentence: sentenceOf(ours?.running ?? null, wanted.length, ready, `${container.name} on ${client.url}`),
      facts: {
        serving: asks === null ? null : JSON.stringify(asks),
        running: ours?.running ?? null,
        shape: ours?.shape ?? null,
        wanted: container.shape(image.tag, access),
        image: image.tag,
        built: await hasImage(connection, image.tag, signal),
        aside: await container.hasAside(signal),
      },
    };
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    if (!observed.reachable) throw new BadInput('unreachable', observed.sentence);
    const before = servingOf(observed);
    if (desired.live.length === 0) return [this.#steps.stop(observed, before), this.#steps.delete()];
    const models = heldModels(desired);
    const model = servedModel(this.name, desired, before, this.#settings.model);
    const explain = this.#settings.explain === true ? backgroundFile : undefined;
    const { dark, switched, final } = servingStates(desired, before, model, this.#settings, explain);
    const { facts, present } = observed;
    const stands = facts.running === true && facts.shape === facts.wanted;
    const digests = models.map(({ digest }) => digest);
    return inOrder(desired, {
      prepare: [
        ...(stands || facts.built === true ? [] : [this.#steps.build()]),
        ...(stands ? [] : [this.#steps.start(observed, { ...dark, versions: [] })]),
        ...models.filter(({ digest }) => !present.includes(digest)).map(version => this.#steps.copy(version)),
        ...this.#following.backgrounds(final, before, this.#context.background),
        this.#following.load(digests, dark, before),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#following.switch(switched, dark)],
      finish: [this.#steps.retire(final, [...digests, ...desired.keep])],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const { container } = await this.#host.open();
    const model = (await container.volume.serving(signal))?.model ?? '';
    return (await (await this.#host.client(signal)).infer(model, digest, inputs, signal)).outputs;
  }

  async logs(lines: number): Promise<readonly string[]> {
    const { container } = await this.#host.open();
    return await container.logs(lines, AbortSignal.timeout(10_000));
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    const { container, client: clientOf } = await this.#host.open();
    const [found, asks] = [await container.find(signal), await container.volume.serving(signal)];
    const client = clientOf(found);
    if (asks === null || found?.running !== true || !(await client.isInstance(found.instance, signal)))
      return null;
    return await client.measure(asks.model, signal);
  }

  /** The host is paid for already. */
  cost(): string | null {
    return null;
  }

  async resume(signal: AbortSignal): Promise<void> {
    const { container } = await this.#host.open();
    if ((await container.find(signal))?.target !== this.name)
      throw new BadInput(
        'nothing-to-resume',
        `Nothing is deployed on ${this.name} yet. Deploy a version first.`,
      );
    await container.run(signal);
    await this.#host.untilAnswers(signal);
  }
}

function inWords(version: Docker.DockerVersion): string {
  const parts = (version as { Components?: { Name: string }[] }).Components ?? [];
  return `${parts[0]?.Name ?? 'Docker'} ${version.Version}, API ${version.ApiVersion}`;
}

function sentenceOf(running: boolean | null, versions: number, ready: boolean, where: string): string {
  if (running === null) return 'nothing is deployed yet';
  if (!running) return `${where} does not run; start it or deploy again`;
  if (versions === 0) return `${where} runs, but serves nothing`;
  return ready ? `${where} answers` : `${where} runs, but is not ready`;
}
