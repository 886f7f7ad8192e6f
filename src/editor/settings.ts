import { workspace } from 'vscode';
import { settingDefaults, type SettingKey, type SettingValue } from './contributions/settings.ts';

/** A setting's value, of the type that the manifest gives it. */
export function setting<K extends SettingKey>(key: K): SettingValue<K> {
  const fallback: SettingValue<K> = settingDefaults[key];
  const value: unknown = workspace.getConfiguration().get(key);
  return typeof value === typeof fallback ? (value as SettingValue<K>) : fallback;
}
