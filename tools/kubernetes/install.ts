import { buildKubernetes } from './tools.ts';

await buildKubernetes();
