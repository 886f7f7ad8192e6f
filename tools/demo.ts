import { command } from './steps.ts';

const built = await command('node', ['esbuild.js']);
process.exitCode = built === 0 ? await command('node', ['dist/cli.js', 'demo']) : built;
