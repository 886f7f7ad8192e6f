import { expect, it } from 'vitest';
import { contentSecurityPolicy, newNonce, pageHtml } from './html.ts';
import { parseSubject, subjectKey, subjectTitle, type Subject } from './subject.ts';

const assets = {
  cspSource: 'https://*.vscode-cdn.net',
  script: 'https://x/version.js',
  style: 'https://x/version.css',
  title: 'a <b> "c"',
};

it('allows nothing but what carries the nonce or is packaged', () => {
  const policy = contentSecurityPolicy('SOURCE', 'N');
  expect(policy).toBe(
    "default-src 'none'; img-src SOURCE data:; font-src SOURCE; style-src SOURCE 'nonce-N'; script-src 'nonce-N'",
  );
  expect(policy).not.toMatch(/unsafe|\*/);
});

it('puts the policy before anything that loads, and no script of its own into the page', () => {
  const html = pageHtml(assets, 'N');
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<link'));
  expect(html.match(/<script[^>]*>/g)).toEqual(['<script nonce="N" src="https://x/version.js">']);
  expect(html).toContain('<title>a &#60;b&#62; &#34;c&#34;</title>');
  expect(html).toContain('property="csp-nonce" content="N"');
});

it('never uses a nonce twice', () => {
  expect(new Set(Array.from({ length: 100 }, newNonce)).size).toBe(100);
});

it('reads back every subject it stored, and nothing else', () => {
  const subjects: Subject[] = [
    { page: 'version', reference: 'm@1' },
    { page: 'compare', a: 'm@1', b: 'm@2' },
    { page: 'compare', a: 'm@1', b: 'old@working copy' },
    { page: 'target', target: 'staging' },
    { page: 'data', file: '/w/data/holdout.csv' },
    { page: 'version', reference: `m@${'0123456789'.repeat(4)}` },
  ];
  for (const subject of subjects) {
    expect(parseSubject(JSON.parse(JSON.stringify(subject)))).toEqual(subject);
  }
  expect(new Set(subjects.map(subjectKey)).size).toBe(subjects.length);
  expect(subjects.map(subjectTitle)).toEqual([
    'm 1',
    'm 1 ↔ 2',
    'm 1 ↔ old working copy',
    'staging',
    'holdout.csv',
    'm 0123456',
  ]);
  for (const foreign of [null, 'x', {}, { page: 'version' }, { page: 'other', target: 'x' }]) {
    expect(parseSubject(foreign)).toBeNull();
  }
});
