import type { Argument, Command, Option } from 'commander';
import { cell, generated } from './config.ts';

/** docs/reference/cli.md: every command with its arguments and options. */
export function cliPage(program: Command): string {
  return [
    '# slipway on the command line',
    '',
    generated('src/cli/'),
    '',
    `${program.description()} Run it as \`node dist/cli.js\`, or as \`slipway\` once the package is linked.`,
    '',
    'It works in the nearest folder upwards that has a `slipway.yaml`; without one, every `.onnx` file is a model by its name. A model is given as `name` (its newest version), `name@version`, `name@` with the start of a digest or commit, or as the path of an `.onnx` file.',
    '',
    '| exit code | meaning |',
    '| --- | --- |',
    '| 0 | done, and the verdict is not fail |',
    '| 1 | done, and the verdict is fail; or a deployment was refused by the policy or undone |',
    '| 2 | bad input: the sentence on stderr says what is wrong, where, and what to do |',
    '| 3 | a fault of Slipway or of the runtime |',
    '',
    'With `--json` stdout carries exactly one JSON document, described in [results.md](results.md); after a failure it is `{"schema": "slipway/error@1", "code", "message"}`. Logs and progress go to stderr.',
    '',
    '## Options of every command',
    '',
    'They may stand before the command or after it: `slipway validate credit-risk --json`.',
    '',
    ...optionTable(program.options),
    ...program.commands.flatMap(command => commandSection(command)),
  ].join('\n');
}

function commandSection(command: Command, parent = 'slipway'): string[] {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap(sub => commandSection(sub, name));
  const usage = command.registeredArguments.map(argumentWords).join(' ');
  return [
    `## ${name}`,
    '',
    command.description(),
    '',
    '```sh',
    `${name}${usage === '' ? '' : ` ${usage}`}${command.options.length === 0 ? '' : ' [options]'}`,
    '```',
    '',
    ...command.registeredArguments.map(argument => `- \`${argument.name()}\`: ${argument.description}`),
    '',
    ...optionTable(command.options),
  ];
}

function argumentWords(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function optionTable(options: readonly Option[]): string[] {
  if (options.length === 0) return [];
  const lines = ['| option | meaning |', '| --- | --- |'];
  for (const { flags, description, argChoices, defaultValue } of options) {
    const choices = argChoices === undefined ? '' : `: ${argChoices.map(word => `\`${word}\``).join(', ')}`;
    const fallback =
      defaultValue === undefined || (Array.isArray(defaultValue) && defaultValue.length === 0)
        ? ''
        : ` (default: ${String(defaultValue)})`;
    lines.push(`| \`${cell(flags)}\` | ${cell(`${description}${choices}${fallback}`)} |`);
  }
  return [...lines, ''];
}
