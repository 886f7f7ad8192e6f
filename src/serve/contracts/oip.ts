import type { IncomingMessage, ServerResponse } from 'node:http';
import { slipwayVersion } from '../../protocol/version.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { HttpError } from '../http/httpError.ts';
import type { Inference } from './inference.ts';
import { oipQuestion } from './oipQuestion.ts';
import { notFound, only, send } from '../http/reply.ts';
import type { TensorSpec } from './request.ts';
import { datatypeOf } from './tensors.ts';
import type { Version } from '../fleet/version.ts';

export interface OipOptions {
  readonly fleet: Fleet;
  readonly inference: Inference;
  /** Said at /v2, so that a starter knows its own server. */
  readonly instance: string | null;
  /** False from the moment it drains. */
  readonly ready: () => boolean;
}

const extensions = ['binary_tensor_data', 'model_repository_traffic'];

/** The Open Inference Protocol v2 over HTTP: everything below /v2. */
export class Oip {
  readonly #options: OipOptions;

  constructor(options: OipOptions) {
    this.#options = options;
  }

  /** @param path after /v2 */
  async route(request: IncomingMessage, response: ServerResponse, path: readonly string[]): Promise<void> {
    const [section, ...more] = path;
    if (section === undefined) {
      only(request, 'GET');
      const { instance } = this.#options;
      send(response, 200, {
        name: 'slipway',
        version: slipwayVersion,
        extensions,
        ...(instance === null ? {} : { instance, pid: process.pid }),
      });
    } else if (section === 'health' && more.length === 1) {
      only(request, 'GET');
      this.#health(more[0]!, response);
    } else if (section === 'models' && more.length > 0) {
      await this.#model(request, response, more);
    } else throw notFound();
  }

  #health(what: string, response: ServerResponse): void {
    if (what === 'live') send(response, 200, { live: true });
    else if (what === 'ready') {
      const ready = this.#options.ready();
      send(response, ready ? 200 : 503, { ready });
    } else throw notFound();
  }

  async #model(request: IncomingMessage, response: ServerResponse, path: readonly string[]): Promise<void> {
    const { fleet, inference } = this.#options;
    const model = path[0]!;
    if (model !== fleet.model)
      throw new HttpError(404, `There is no model ${model} here; this server serves ${fleet.model}.`);
    const asked = path[1] === 'versions' ? (path[2] ?? '') : null;
    const verb = path.slice(asked === null ? 1 : 3).join('/');
    if (verb === 'infer') {
      only(request, 'POST');
      const read = (body: Buffer): ReturnType<typeof oipQuestion> =>
        oipQuestion(model, request.headers, body);
      await inference.answer(request, response, read, asked);
    } else if (verb === 'ready') {
      only(request, 'GET');
      // A version that is found is loaded and warm; one that is not throws.
      const ready = asked === null ? fleet.ready : Boolean(fleet.find(asked));
      send(response, ready ? 200 : 503, { name: model, ready });
    } else if (verb === '') {
      only(request, 'GET');
      send(response, 200, this.#metadata(asked === null ? fleet.first() : fleet.find(asked)));
    } else throw notFound();
  }

  #metadata(version: Version): object {
    const { fleet } = this.#options;
    return {
      name: fleet.model,
      versions: fleet.versions.map(({ digest }) => digest),
      platform: 'onnx_onnxv1',
      inputs: version.signature.inputs.map(tensorMetadata),
      outputs: version.signature.outputs.map(tensorMetadata),
      parameters: { version: version.digest, version_name: version.name, joins_requests: version.joins },
      traffic: fleet.shares.map(({ version: { digest, name }, weight }) => ({
        version: digest,
        name,
        weight,
      })),
    };
  }
}

function tensorMetadata({ name, type, shape }: TensorSpec): object {
  return {
    name,
    datatype: datatypeOf(type) ?? type,
    shape: shape.map(size => (typeof size === 'number' ? size : -1)),
  };
}
