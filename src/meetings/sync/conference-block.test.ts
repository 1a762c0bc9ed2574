import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conferenceBlock, isPlaceOfBlock, withBlock } from './conference-block.ts';

const zoom = conferenceBlock({ provider: 'Zoom Meeting', url: 'https://zoom.us/j/1?a=1&b=2' });
const webex = conferenceBlock({ provider: 'Webex', url: 'https://northgate.webex.com/meet/dana' });

test('a block is put at the end, replaced where it stands, and taken out', () => {
  assert.equal(withBlock('<html><body><p>a</p></BODY ></html>', zoom), `<html><body><p>a</p>${zoom}</BODY ></html>`);
  assert.equal(withBlock('', zoom), zoom);
  assert.equal(withBlock(`<p>a</p>${zoom}<p>b</p>`, webex), `<p>a</p>${webex}<p>b</p>`);
  assert.equal(withBlock(`<p>a</p>${zoom}<p>b</p>`, ''), '<p>a</p><p>b</p>');
  assert.equal(withBlock('<p>a</p>', ''), '<p>a</p>');
});

test('what tells of the same conference stays as an editor left it', () => {
  const edited = zoom.replace('<p><b>', '<div class="elementToProof"><b>').replace('</b></p>', '</b></div>');
  assert.equal(withBlock(`<p>a</p>${edited}`, zoom), `<p>a</p>${edited}`);
});

test('copies of the block go, whatever is between them stays', () => {
  assert.equal(withBlock(`${zoom}<p>a</p>${webex}<p>b</p>${zoom}`, webex), `${webex}<p>a</p><p>b</p>`);
});

test('a place is ours if it was written with the block, whole', () => {
  assert.ok(isPlaceOfBlock(`<p>a</p>${zoom}`, 'https://zoom.us/j/1?a=1&b=2'));
  assert.ok(isPlaceOfBlock(zoom, 'Zoom Meeting'));
  for (const place of ['Zoom', 'Room 5', 'https://zoom.us/j/1']) assert.ok(!isPlaceOfBlock(zoom, place), place);
});

test('a body that was broken on purpose costs no more than its length', { timeout: 5000 }, () => {
  const opened = zoom.slice(0, zoom.indexOf('>') + 1);
  for (const hostile of ['<div ', '<div', opened, '</div>', `${opened}</div>`, '<div parley-conference-'])
    for (const html of [hostile.repeat(40_000), zoom + hostile.repeat(40_000)]) withBlock(html, webex);
});
