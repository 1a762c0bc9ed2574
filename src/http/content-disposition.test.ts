import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentDisposition } from './content-disposition.ts';

const nameOf = (name: string) => {
  const header = contentDisposition('attachment', name, 'mp4');
  const [, plain, extended = ''] =
    /^attachment; filename="([^"\\]+)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$/.exec(header) ?? [];
  assert.ok(plain, header);
  return { plain, extended: decodeURIComponent(extended) };
};

test('a file is named as it reads, and once more in plain letters', () => {
  assert.deepEqual(nameOf('Intro call'), { plain: 'Intro call.mp4', extended: 'Intro call.mp4' });
  assert.deepEqual(nameOf('Gespräch mit Zoë'), { plain: 'Gesprach mit Zoe.mp4', extended: 'Gespräch mit Zoë.mp4' });
  assert.deepEqual(nameOf('面談 ☕'), { plain: '__ _.mp4', extended: '面談 ☕.mp4' });
});

test('a hostile name leads nowhere, hides nothing and ends where it should', () => {
  for (const [name, expected] of [
    ['../../etc/passwd', 'etc passwd.mp4'],
    ['..\\..\\autoexec.bat', 'autoexec.bat.mp4'],
    ['a"; filename="evil.exe', 'a ; filename= evil.exe.mp4'],
    ['a\r\nSet-Cookie: x=1', 'aSet-Cookie x=1.mp4'],
    ['invoice\u202E4pm.exe', 'invoice4pm.exe.mp4'],
    ['\uD800half', 'half.mp4'],
    ['\u0000', 'file.mp4'],
    ['', 'file.mp4'],
    ['...', 'file.mp4'],
    ['-rf ~', 'rf ~.mp4'],
    ['%2e%2e%2f', '2e 2e 2f.mp4'],
  ] as const)
    assert.equal(nameOf(name).extended, expected);
  assert.equal(Array.from(nameOf('😀'.repeat(5000)).extended).length, 124);
});
