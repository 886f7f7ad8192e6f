import { expect, it } from 'vitest';
import { defaults } from '../../jobs/build.ts';
import { commandDefinitions, commandIds } from './commands.ts';
import { manifest } from './manifest.ts';
import { settingDefaults } from './settings.ts';

const { contributes } = manifest();
const menus = contributes.menus as Readonly<Record<string, readonly { command: string; when: string }[]>>;

it('lets nothing run in an untrusted folder', () => {
  const commands = contributes.commands as readonly { command: string; enablement?: string }[];
  for (const { command, enablement } of commands) {
    const untrusted = commandDefinitions[command as keyof typeof commandDefinitions].untrusted === true;
    expect(enablement, command).toBe(untrusted ? undefined : 'isWorkspaceTrusted');
  }
});

it('gives every inline action an icon', () => {
  for (const item of menus['view/item/context'] ?? []) {
    if (!('group' in item) || !String(item.group).startsWith('inline')) continue;
    expect(commandDefinitions[item.command as keyof typeof commandDefinitions].icon, item.command).toMatch(
      /^\$\(/,
    );
  }
});

it('keeps commands that need an item out of the palette', () => {
  const hidden = commandIds.filter(id => commandDefinitions[id].hidden === true);
  expect(menus.commandPalette?.map(({ command }) => command)).toEqual(hidden);
  expect(menus.commandPalette?.every(({ when }) => when === 'false')).toBe(true);
});

it('runs jobs as the command line does, unless a setting says otherwise', () => {
  expect(settingDefaults).toMatchObject({
    'slipway.validate.resamples': defaults.resamples,
    'slipway.explain.rows': defaults.rows,
    'slipway.explain.budget': defaults.budget,
    'slipway.explain.precision': 0,
    'slipway.explain.tolerance': 0,
    'slipway.explain.backgroundRows': defaults.backgroundRows,
  });
});

it('has a default for every setting', () => {
  const { properties } = contributes.configuration as { properties: Record<string, { default: unknown }> };
  const declared = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, value.default]));
  expect(settingDefaults).toEqual(declared);
});
