import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPasted } from './pasted.ts';

test('a pasted list is read by the names of its columns, or in the usual order', () => {
  const table = 'Company\tName\tE-mail\nNorthgate\tSam Ferro\tsam@visitor.example\n\t\tola@visitor.example\n';
  assert.deepEqual(readPasted(table), {
    contacts: [
      { name: 'Sam Ferro', email: 'sam@visitor.example', organisation: 'Northgate' },
      { name: 'ola', email: 'ola@visitor.example', organisation: '' },
    ],
    unclear: [],
  });
  assert.deepEqual(readPasted('Sam Ferro, sam@visitor.example, Northgate').contacts, [
    { name: 'Sam Ferro', email: 'sam@visitor.example', organisation: 'Northgate' },
  ]);
  assert.deepEqual(readPasted('sam@visitor.example').contacts[0]?.name, 'sam');
});

test('quotation marks hold a cell together, the same address counts once, and unclear lines are named', () => {
  const text = '"Ferro, Sam ""Sammy""",sam@visitor.example\nNobody\n\nSam,SAM@visitor.example';
  assert.deepEqual(readPasted(text), {
    contacts: [{ name: 'Ferro, Sam "Sammy"', email: 'sam@visitor.example', organisation: '' }],
    unclear: [2],
  });
});
