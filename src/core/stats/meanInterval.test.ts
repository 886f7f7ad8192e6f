import { expect, it } from 'vitest';
import { meanInterval } from './meanInterval.ts';

it('is Student’s interval of the mean, as scipy.stats.t.interval gives it', () => {
  const found = meanInterval(Float64Array.of(1, 2, 3, 4, 5), 'repeats');
  expect(found).toMatchObject({ level: 0.95, method: 't, over 5 repeats' });
  expect(found?.low).toBeCloseTo(1.036756838522439, 12);
  expect(found?.high).toBeCloseTo(4.963243161477561, 12);
});

it('is not given for one value', () => {
  expect(meanInterval(Float64Array.of(1), 'repeats')).toBeNull();
});
