import { slipwayVersion } from '../../protocol/version.ts';
import { guarded, open, type Handler, type Resolve } from '../http/handler.ts';
import { decodePath, only, sendText } from '../http/reply.ts';
import type { Question } from './question.ts';
import type { Service } from './service.ts';
import { invocationQuestion, vertexQuestion } from './tableQuestion.ts';

/** MLflow's scoring protocol, which SageMaker shares: /ping, /health, /version and /invocations. */
export function scoringRoutes(service: Service): Resolve {
  const { registry, inference } = service;
  const health = healthOf(service);
  const version = guarded((request, response) => {
    only(request, 'GET');
    sendText(response, 200, slipwayVersion, { 'content-type': 'text/plain; charset=utf-8' });
  });
  const invocations = guarded((request, response, failed) => {
    only(request, 'POST');
    const read = (body: Buffer): Question => invocationQuestion(request.headers, body);
    inference.answer(request, response, registry.first(), null, read, failed);
  });
  const routes = new Map([
    ['ping', health],
    ['health', health],
    ['version', version],
    ['invocations', invocations],
  ]);
  return path => (path.length === 1 ? (routes.get(path[0]!) ?? null) : null);
}

export interface VertexRoutes {
  readonly health: string | null;
  readonly predict: string | null;
}

/** Where Vertex AI says in the environment that it will ask (its custom container requirements). */
export function vertexRoutesOf(env: NodeJS.ProcessEnv): VertexRoutes {
  return { health: env.AIP_HEALTH_ROUTE ?? null, predict: env.AIP_PREDICT_ROUTE ?? null };
}

/** Vertex AI's contract at the routes it chose. */
export function vertexRoutes(service: Service, { health, predict }: VertexRoutes): Resolve {
  const { registry, inference } = service;
  const answerPredict = guarded((request, response, failed) => {
    only(request, 'POST');
    const read = (body: Buffer): Question => vertexQuestion(request.headers, body);
    inference.answer(request, response, registry.first(), null, read, failed);
  });
  const same = (route: string | null, path: readonly string[]): boolean =>
    route !== null && decodePath(route).join('/') === path.join('/');
  return path => (same(predict, path) ? answerPredict : same(health, path) ? healthOf(service) : null);
}

function healthOf({ ready }: Service): Handler {
  return open((request, response) => {
    only(request, 'GET');
    sendText(response, ready() ? 200 : 503, '\n', { 'content-type': 'text/plain; charset=utf-8' });
  });
}
