'use strict';
// The review: a list, a pair, verdicts by key.  All HTML comes escaped from the
// server; this script only says which piece goes where.

const list = document.getElementById('list');
const pane = document.getElementById('pair');
const box = document.getElementById('q');
const meaning = document.getElementById('m');
const toast = document.getElementById('toast');
const last = [];         // ids that were judged here, for undo
let asking = 0;          // requests for a pair; the newest wins
let total = null;        // {pairs, kept, judged}

const say = text => {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.hidden = true; }, 4000);
};

// A piece of HTML, or an error in words.
async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error('The server does not answer: has itdata serve ended?');
  }
  const text = await response.text();
  if (response.ok) return text;
  const page = new DOMParser().parseFromString(text, 'text/html');
  throw new Error(page.getElementById('error')?.textContent || response.status);
}

const where = () => {
  const of = new URLSearchParams({ q: box.value });
  if (meaning.checked) of.set('m', '1');
  return of;
};

// -- the list --

const rows = () => list.querySelectorAll('.row');
const shown = () => list.querySelector('.row.shown');
const rowOf = id => list.querySelector(`.row[data-id="${id}"]`);

function fail(error) {
  const note = document.createElement('p');
  note.className = 'note';
  note.id = 'error';
  note.textContent = error.message;
  return note;
}

async function find() {
  const of = where();
  const mine = ++find.asking;
  try {
    const html = await ask(`/list?${of}`);
    if (mine !== find.asking) return;
    list.innerHTML = html;
    list.scrollTop = 0;
    watch();
    pane.replaceChildren();
    history.replaceState(null, '', `/?${of}`);
    if (rows().length) await show(rows()[0].dataset.id);
  } catch (error) {
    if (mine === find.asking) list.replaceChildren(fail(error));
  }
}
find.asking = 0;

async function more() {
  const link = list.querySelector('.more');
  if (!link || link.dataset.busy) return;
  link.dataset.busy = '1';
  const of = where();
  of.set('after', link.dataset.after);
  try {
    const html = await ask(`/list?${of}`);
    if (!link.isConnected) return;
    link.insertAdjacentHTML('beforebegin', html);
    link.remove();
    watch();
  } catch (error) {
    link.replaceWith(fail(error));
  }
}

const eye = new IntersectionObserver(seen => {
  if (seen.some(s => s.isIntersecting)) more();
}, { root: list, rootMargin: '400px' });

function watch() {
  eye.disconnect();
  const link = list.querySelector('.more');
  if (link) eye.observe(link);
}

async function step(by) {
  const all = Array.from(rows());
  let at = all.indexOf(shown()) + by;
  if (at >= all.length) {
    await more();
    at = Math.min(at, rows().length - 1);
  }
  const row = rows()[Math.max(at, 0)];
  if (row && row !== shown()) await show(row.dataset.id);
}

// -- the pair --

async function show(id, beside) {
  const of = where();
  const mine = ++asking;
  of.set('id', id);
  if (beside) of.set('beside', beside);
  shown()?.classList.remove('shown');
  const row = rowOf(id);
  row?.classList.add('shown');
  row?.scrollIntoView({ block: 'nearest' });
  try {
    const html = await ask(`/pair?${of}`);
    if (mine !== asking) return;
    pane.innerHTML = html;
    pane.scrollTop = 0;
    history.replaceState(null, '', `/?${of}`);
  } catch (error) {
    if (mine === asking) pane.replaceChildren(fail(error));
  }
}

const head = () => pane.querySelector('.head');

// The row says what the pair says now.
function mirror(verdict) {
  const row = rowOf(head().dataset.id);
  if (!row) return;
  const kept = head().dataset.kept === '1';
  row.classList.toggle('kept', kept);
  row.classList.toggle('dropped', !kept);
  row.querySelector('.fate').textContent =
    { keep: 'kept by hand', drop: 'dropped by hand', edit: 'edited',
      undo: kept ? 'kept' : 'dropped' }[verdict];
}

function showCounts() {
  const of = n => n.toLocaleString('en');
  document.getElementById('counts').textContent =
    `${of(total.kept)} of ${of(total.pairs)} pairs kept` +
    (total.judged ? `, ${of(total.judged)} judged by hand` : '');
}

async function counts() {
  total = JSON.parse(await ask('/counts'));
  showCounts();
}

async function judge(verdict, id, texts) {
  const note = pane.querySelector('[name=note]')?.value || '';
  const before = { ...head()?.dataset };
  const of = where();
  const form = new URLSearchParams({ id, verdict, note, q: of.get('q') });
  for (const [name, text] of texts || []) form.set(name, text);
  let html;
  try {
    html = await ask('/judge', { method: 'POST', body: form });
  } catch (error) {
    say(error.message);
    return false;
  }
  asking++;
  pane.innerHTML = html;
  mirror(verdict);
  if (total && before.id === String(id)) {
    total.kept += head().dataset.kept - before.kept;
    total.judged += head().dataset.judged - before.judged;
    showCounts();
  } else {
    counts().catch(() => {});
  }
  if (verdict === 'undo') {
    say(`${id}: taken back`);
  } else {
    last.push(id);
    say(`${id}: ${verdict === 'edit' ? 'edited and kept' :
      verdict === 'keep' ? 'kept' : 'dropped'} - U takes it back`);
  }
  return true;
}

async function verdict(word) {
  const id = head()?.dataset.id;
  if (!id) return;
  if (word === 'edit') {
    edit(true);
  } else if (word !== 'undo') {
    if (await judge(word, id)) await step(1);
  } else if (head().dataset.judged === '1') {
    await judge('undo', id);
  } else if (last.length) {
    const back = last.pop();
    await show(back);
    if (head()?.dataset.judged === '1') await judge('undo', back);
  } else {
    say('Nobody has judged this pair.');
  }
}

// -- editing --

const form = () => document.getElementById('texts');

function edit(on) {
  form().classList.toggle('editing', on);
  for (const part of form().querySelectorAll('textarea, .save'))
    part.hidden = !on;
  for (const part of form().querySelectorAll('dt, dd'))
    part.hidden = !on && !(part.querySelector?.('.text') ||
      part.nextElementSibling?.querySelector('.text'));
  if (on) {
    form().querySelector('dd .text ~ textarea')?.focus();
  } else {
    pane.focus();
  }
}

async function save() {
  const changed = Array.from(form().querySelectorAll('textarea'))
    .filter(area => area.value !== area.defaultValue)
    .map(area => [area.name, area.value]);
  if (!changed.length) {
    say('No text has changed.');
    edit(false);
    return;
  }
  await judge('edit', head().dataset.id, changed);
}

// -- what people do --

document.addEventListener('submit', event => {
  event.preventDefault();
  if (event.target.id === 'find') {
    find();
    box.blur();
  } else if (event.target.id === 'texts') {
    save();
  } else if (event.target.method === 'dialog') {
    document.getElementById('keys').close();
  }
});

document.addEventListener('reset', event => {
  if (event.target.id === 'texts') edit(false);
});

document.addEventListener('click', event => {
  const at = event.target.closest('a, button');
  if (!at || event.ctrlKey || event.metaKey || event.button) return;
  if (at.id === 'help') {
    document.getElementById('keys').showModal();
  } else if (at.dataset.verdict) {
    verdict(at.dataset.verdict);
  } else if (at.dataset.after) {
    event.preventDefault();
    more();
  } else if (at.dataset.q) {
    event.preventDefault();
    box.value = at.dataset.q;
    find();
  } else if (at.dataset.id) {
    event.preventDefault();
    show(at.dataset.id, at.dataset.beside);
  }
});

for (const choice of document.querySelectorAll('#filters select')) {
  choice.addEventListener('change', () => {
    if (!choice.value) return;
    box.value = `${box.value.trim()} ${choice.value}`.trim();
    choice.value = '';
    find();
  });
}

meaning.addEventListener('change', find);

const keys = {
  j: () => step(1),
  k: () => step(-1),
  K: () => verdict('keep'),
  D: () => verdict('drop'),
  E: () => verdict('edit'),
  U: () => verdict('undo'),
  n: () => pane.querySelector('[name=note]')?.focus(),
  g: () => rows()[0] && show(rows()[0].dataset.id),
  '/': () => { box.focus(); box.select(); },
  '?': () => document.getElementById('keys').showModal(),
};

document.addEventListener('keydown', event => {
  const typing = event.target.matches('input, textarea, select');
  if (event.isComposing) return;
  if (event.key === 'Escape' && typing) {
    if (event.target.matches('textarea')) form().reset();
    event.target.blur();
    return;
  }
  if (event.target.matches('textarea') && event.key === 'Enter' &&
      (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    save();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey ||
      document.getElementById('keys').open) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

watch();
list.querySelector(`.row[data-id="${head()?.dataset.id}"]`)?.classList.add('shown');
counts().catch(() => {});
