// The browser bundle's page: rows in, predictions out, and the check.
import { load } from './predict.js';

const at = id => document.getElementById(id);
const [state, rows, answer] = [at('state'), at('rows'), at('answer')];

async function main() {
  const predictor = await load();
  const { card } = predictor;
  document.title = card.model;
  at('title').textContent = `${card.model} ${card.version ?? ''}`;
  at('digest').textContent = card.digest;
  const { inputs, rows: count } = card.golden;
  const first = Object.fromEntries(
    inputs.map(({ name, data }) => {
      const width = data.length / count;
      return [name, width === 1 ? data[0] : data.slice(0, width)];
    }),
  );
  rows.value = JSON.stringify([first], null, 2);
  at('predict').addEventListener('click', () => void predict(predictor));
  at('check').addEventListener('click', () => void check(predictor));
  for (const id of ['predict', 'check']) at(id).disabled = false;
  await check(predictor);
}

async function predict(predictor) {
  try {
    answer.textContent = JSON.stringify(await predictor.predict(JSON.parse(rows.value)), null, 2);
  } catch (error) {
    answer.textContent = error.message;
  }
}

async function check(predictor) {
  state.textContent = 'Checking…';
  const { passed, sentence } = await predictor.check();
  state.textContent = `${passed ? 'Passed' : 'Failed'}: ${sentence}`;
}

main().catch(error => {
  state.textContent = `Failed: ${error.message}`;
});
