import { BadInput } from '../core/failure.ts';

/** A secret from the environment variable of its name. @throws BadInput `no-secret` */
export function secretOfEnvironment(name: string): Promise<string> {
  const value = process.env[name];
  return value === undefined
    ? Promise.reject(new BadInput('no-secret', `The environment has no ${name}, which slipway.yaml names.`))
    : Promise.resolve(value);
}
