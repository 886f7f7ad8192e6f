import type { Fleet } from '../fleet/fleet.ts';
import type { Version } from '../fleet/version.ts';
import { guarded, open, type Handler } from '../http/handler.ts';
import { record } from '../http/json.ts';
import { only, readJson, send } from '../http/reply.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { modelConfig } from './config.ts';
import { oipQuestion } from './oipQuestion.ts';
import type { Question } from './question.ts';
import type { TensorSpec } from './request.ts';
import type { Service } from './service.ts';
import { statistics } from './statistics.ts';
import { datatypeOf } from './tensors.ts';

const extensions = [
  'binary_tensor_data',
  'model_configuration',
  'model_repository',
  'model_repository_traffic',
  'statistics',
];

/** The Open Inference Protocol v2 over HTTP, with Triton's extensions: everything below /v2. */
export class Oip {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** @param path after /v2 */
  readonly resolve = (path: readonly string[]): Handler | null => {
    const [section, ...more] = path;
    switch (section) {
      case undefined:
        return this.#server();
      case 'health':
        return more.length === 1 ? this.#health(more[0]!) : null;
      case 'models':
        return this.#models(more);
      case 'repository':
        return this.#repository(more);
      default:
        return null;
    }
  };

  #server(): Handler {
    const { instance, pid } = this.#service;
    return guarded((request, response) => {
      only(request, 'GET');
      send(response, 200, {
        name: 'slipway',
        version: slipwayVersion,
        extensions,
        ...(instance === null ? {} : { instance, pid }),
      });
    });
  }

  #health(what: string): Handler | null {
    if (what !== 'live' && what !== 'ready') return null;
    return open((request, response) => {
      only(request, 'GET');
      const well = what === 'live' || this.#service.ready();
      send(response, well ? 200 : 503, { [what]: well });
    });
  }

  #models(path: readonly string[]): Handler | null {
    const [model, ...more] = path;
    if (model === undefined) return null;
    if (model === 'stats' && more.length === 0) return this.#statistics(null, null);
    const asked = more[0] === 'versions' ? (more[1] ?? null) : null;
    if (more[0] === 'versions' && asked === null) return null;
    const verb = more.slice(asked === null ? 0 : 2).join('/');
    const { registry, inference } = this.#service;
    switch (verb) {
      case 'infer':
        return guarded((request, response, failed) => {
          only(request, 'POST');
          const read = (body: Buffer): Question => oipQuestion(model, request.headers, body);
          inference.answer(request, response, registry.find(model), asked, read, failed);
        });
      case 'ready':
        return guarded((request, response) => {
          only(request, 'GET');
          const fleet = registry.find(model);
          // A version that is found is loaded and warm; one that is not throws.
          const ready = asked === null ? fleet.ready : Boolean(fleet.find(asked));
          send(response, ready ? 200 : 503, { name: model, ready });
        });
      case 'config':
        return guarded((request, response) => {
          only(request, 'GET');
          send(response, 200, modelConfig(model, versionOf(registry.find(model), asked), registry.batch));
        });
      case 'stats':
        return this.#statistics(model, asked);
      case '':
        return guarded((request, response) => {
          only(request, 'GET');
          const fleet = registry.find(model);
          send(response, 200, metadata(fleet, versionOf(fleet, asked)));
        });
      default:
        return null;
    }
  }

  #statistics(model: string | null, asked: string | null): Handler {
    const { registry, counts } = this.#service;
    return guarded(async (request, response) => {
      only(request, 'GET');
      const fleets = model === null ? registry.fleets : [registry.find(model)];
      const versions = fleets.flatMap(fleet =>
        (asked === null ? fleet.versions : [fleet.find(asked)]).map(version => ({ fleet, version })),
      );
      send(response, 200, statistics(versions, await counts()));
    });
  }

  #repository(path: readonly string[]): Handler | null {
    const [what, model, act] = path;
    if (what === 'index' && path.length === 1)
      return guarded(async (request, response) => {
        only(request, 'POST');
        const { ready } = record((await readJson(request)) ?? {}, 'The request');
        send(response, 200, this.#index(ready === true));
      });
    if (what !== 'models' || path.length !== 3 || (act !== 'load' && act !== 'unload')) return null;
    return guarded(async (request, response) => {
      only(request, 'POST');
      record((await readJson(request)) ?? {}, 'The request');
      this.#service.registry.find(model!);
      await this.#service.control(model!, act);
      send(response, 200, {});
    });
  }

  #index(readyOnly: boolean): readonly object[] {
    return this.#service.registry.fleets.flatMap(fleet =>
      fleet.states
        .filter(({ state }) => !readyOnly || state === 'READY')
        .map(({ version: { digest, name }, state, reason }) => ({
          ...{ name: fleet.model, version: digest, version_name: name, state, reason },
        })),
    );
  }
}

function versionOf(fleet: Fleet, asked: string | null): Version {
  return asked === null ? fleet.first() : fleet.find(asked);
}

function metadata(fleet: Fleet, { digest, name, signature, joins }: Version): object {
  return {
    name: fleet.model,
    versions: fleet.versions.map(version => version.digest),
    platform: 'onnx_onnxv1',
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
    parameters: { version: digest, version_name: name, joins_requests: joins },
    traffic: fleet.shares.map(({ version, weight }) => ({
      version: version.digest,
      name: version.name,
      weight,
    })),
  };
}

function tensorMetadata({ name, type, shape }: TensorSpec): object {
  return {
    name,
    datatype: datatypeOf(type) ?? type,
    shape: shape.map(size => (typeof size === 'number' ? size : -1)),
  };
}
