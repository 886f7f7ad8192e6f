import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { targetContract } from '../../src/deploy/targets/contract.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';
import { buildServer } from '../../src/serve/testServer.ts';
import { authorization, Mlflow } from '../../src/workspace/mlflow/client.ts';
import { Workspace } from '../../src/workspace/workspace.ts';
import { addRecord } from './reviewRecord.ts';
import { freePort } from '../../tools/freePort.ts';
import { startMlflow } from './servers/mlflow.ts';
import { startUnsteady } from './servers/unsteady.ts';

const run = promisify(execFile);
const mlflow = await startMlflow();
const unsteady = await startUnsteady(mlflow.url);
afterAll(async () => {
  await unsteady.stop();
  await mlflow.stop();
});

const client = new Mlflow(mlflow.url, authorization(null));
const { signal } = new AbortController();
const settings = `kind: mlflow, url: '${mlflow.url}', model: credit-risk`;

/** Forgets a registered model. */
async function forget(name = 'credit-risk'): Promise<void> {
  for (const { version } of await client.versions(name, 100, signal))
    await client.deleteVersion(name, version, signal);
  await client.deleteModel(name, signal);
}

targetContract('mlflow', {
  settings,
  meddle: () => client.setAlias('credit-risk', 'champion', null, signal),
  clean: () => forget(),
  points: true,
  calls: { settings: settings.replace(mlflow.url, unsteady.url), meet: fault => unsteady.always(fault) },
});

/** Runs a script of MLflow's own client. @returns the last line it printed, which is JSON */
async function python(script: string): Promise<unknown> {
  const env = { ...process.env, MLFLOW_TRACKING_URI: mlflow.url };
  const { stdout } = await run(mlflow.python, ['-c', script], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-mlflow-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

test('what fails in passing is asked again, but nothing is made twice', async () => {
  const unsteady = await startUnsteady(mlflow.url);
  onTestFinished(async () => {
    await unsteady.stop();
    await forget('steady');
  });
  const through = new Mlflow(unsteady.url, authorization(null));
  await through.createModel('steady', 'Made once.', signal);
  unsteady.fail('cut', { status: 503, retryAfter: '0' });
  expect(await through.model('steady', signal)).toMatchObject({ description: 'Made once.' });
  expect(unsteady.asked()).toHaveLength(3);
  unsteady.fail({ status: 429 }, 'cut');
  await through.putArtifact('steady/note.txt', Buffer.from('note'), signal);
  unsteady.fail('cut');
  await through.deleteArtifacts('steady/note.txt', signal);
  unsteady.fail('cut');
  const run = { experiment_id: '0', run_name: 'steady', start_time: 0 };
  await expect(through.createRun(run, signal)).rejects.toMatchObject({ code: 'mlflow-unreachable' });
  expect(unsteady.asked()).toEqual(['POST /api/2.0/mlflow/runs/create']);
  unsteady.always({ status: 503 });
  await expect(through.model('steady', signal)).rejects.toMatchObject({
    code: 'mlflow-answer',
    message: expect.stringMatching(/ answered 503: /) as string,
  });
});

describe('what was registered', () => {
  test("MLflow's own client loads it by its alias, with signature and tags", async () => {
    const dir = await folder();
    const root = join(dir, 'work');
    await makeWorkspace(root, { name: 'registry', settings: `${settings}, alias: live` });
    onTestFinished(() => forget());
    const { deployer, workspace } = await makeDeployer(root, await buildServer(dir));
    const model = await workspace.resolve('credit-risk@1.1.0');
    await addRecord(root, model);
    expect(await deployer.deploy('registry', model)).toMatchObject({
      state: 'live',
      endpoint: 'models:/credit-risk@live',
    });
    const [version] = await client.versions('credit-risk', 1, signal);
    const tags = Object.fromEntries(version!.tags.map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({
      'slipway.digest': model.ref.digest,
      'slipway.version': '1.1.0',
      'slipway.verdict': 'pass: Passes.',
      'slipway.reviews': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const loaded = await python(`
import json, mlflow.onnx, mlflow.models
uri = "models:/credit-risk@live"
info = mlflow.models.get_model_info(uri)
model = mlflow.onnx.load_model(uri)
print(json.dumps({"inputs": info.signature.inputs.input_names()[:2], "types": [str(t) for t in info.signature.inputs.numpy_types()[:2]], "outputs": [o.name for o in model.graph.output]}))
`);
    expect(loaded).toEqual({
      inputs: ['checking_account', 'duration'],
      // NumPy's text of any length, and a number.
      types: ['<U0', 'float32'],
      outputs: ['label', 'probabilities'],
    });
  });
});

describe('registered models as a source of versions', () => {
  async function workspaceWith(url: string, name: string, trusted = true): Promise<Workspace> {
    const root = await folder();
    await writeFile(
      join(root, 'slipway.yaml'),
      `version: 1\nmodels:\n  digits: { mlflow: { url: '${url}', name: ${name} } }\n`,
    );
    return await Workspace.open(root, () => trusted);
  }

  test("versions that MLflow's own client logged are listed with aliases, and fetched once", async () => {
    const file = resolve(import.meta.dirname, '../models/linear.onnx');
    onTestFinished(() => forget('linear'));
    await python(`
import json, mlflow, mlflow.onnx, mlflow.pyfunc, onnx
model = onnx.load("${file}")
for _ in range(2):
    mlflow.onnx.log_model(model, name="model", registered_model_name="linear", save_as_external_data=False, pip_requirements=["onnx"])
class Other(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str]): return model_input
mlflow.pyfunc.log_model(name="other", python_model=Other(), registered_model_name="linear", pip_requirements=["mlflow"])
mlflow.MlflowClient().set_registered_model_alias("linear", "champion", 1)
print(json.dumps(0))
`);
    const workspace = await workspaceWith(mlflow.url, 'linear');
    expect(workspace.issues).toEqual([]);
    const versions = await workspace.versions('digits');
    expect(versions.map(({ version, tags, digest }) => [version, tags, digest])).toEqual([
      ['3', [], null],
      ['2', [], null],
      ['1', ['@champion'], null],
    ]);
    const champion = await workspace.resolve('digits@champion');
    expect(champion).toMatchObject({
      version: { version: '1' },
      ref: { name: 'digits', version: '1', path: 'models:/linear/1' },
    });
    expect(await workspace.fileDigest(champion.source.file)).toBe(champion.ref.digest);
    expect((await workspace.versions('digits')).at(-1)?.digest).toBe(champion.ref.digest);
    expect((await workspace.resolve(`digits@${champion.ref.digest.slice(0, 12)}`)).version.version).toBe('1');
    await expect(workspace.resolve('digits')).rejects.toMatchObject({
      code: 'mlflow-flavor',
      message: expect.stringContaining('is no ONNX model (it is python_function)') as string,
    });
    await expect(workspace.resolve('digits@9')).rejects.toMatchObject({ code: 'unknown-version' });
  });

  test('a registry that is not there, or silent, gives a sentence in place of versions', async () => {
    const gone = await workspaceWith(`http://127.0.0.1:${await freePort()}`, 'linear');
    const [only] = await gone.versions('digits');
    expect(only?.state).toMatchObject({
      kind: 'unreadable',
      advice: expect.stringMatching(
        /^MLflow at http:\/\/127\.0\.0\.1:\d+ does not answer \(.*ECONNREFUSED/,
      ) as string,
    });
    await expect(gone.resolve('digits')).rejects.toMatchObject({ code: 'unreadable' });
    await expect(gone.resolve('digits@1')).rejects.toMatchObject({ code: 'mlflow-unreachable' });
    const unknown = await workspaceWith(mlflow.url, 'no-such-model');
    expect((await unknown.versions('digits'))[0]?.state).toMatchObject({
      advice: expect.stringContaining('has no registered model no-such-model') as string,
    });
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const slow = await workspaceWith(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, 'linear');
    expect((await slow.versions('digits'))[0]?.state).toMatchObject({
      advice: expect.stringContaining('does not answer (no answer in 10 s)') as string,
    });
  });

  test('is not asked in a folder that is not trusted', async () => {
    const workspace = await workspaceWith(mlflow.url, 'linear', false);
    expect(await workspace.versions('digits')).toEqual([]);
  });
});
