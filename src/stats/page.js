'use strict';
// Tables sort by a click on a column's head, and a box filters their rows.

function cellValue(row, i) {
  const cell = row.cells[i];
  return cell.dataset.v === undefined ? cell.textContent : +cell.dataset.v;
}

function sortBy(table, i) {
  const head = table.tHead.rows[0].cells[i];
  const down = head.classList.contains('n')
    ? head.ariaSort !== 'descending' : head.ariaSort === 'ascending';
  const compare = (a, b) => {
    const x = cellValue(a, i), y = cellValue(b, i);
    return typeof x === 'number' ? x - y : x.localeCompare(y);
  };
  const rows = Array.from(table.tBodies[0].rows).sort(compare);
  if (down) rows.reverse();
  table.tBodies[0].append(...rows);
  for (const cell of table.tHead.rows[0].cells) cell.removeAttribute('aria-sort');
  head.ariaSort = down ? 'descending' : 'ascending';
}

for (const table of document.querySelectorAll('table')) {
  Array.from(table.tHead.rows[0].cells).forEach((head, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => sortBy(table, i));
  });
}

for (const box of document.querySelectorAll('input[data-for]')) {
  const of = document.getElementById(box.dataset.for);
  box.addEventListener('input', () => {
    const words = box.value.normalize('NFKC').toLowerCase().split(/\s+/);
    for (const item of of.querySelectorAll('tbody tr, .pair')) {
      const text = item.textContent.normalize('NFKC').toLowerCase();
      item.hidden = !words.every(word => text.includes(word));
    }
  });
}

for (const view of document.querySelectorAll('#map input')) {
  view.addEventListener('change', () => {
    for (const point of document.querySelectorAll('#map circle[data-g]'))
      point.setAttribute('class', 'f' + point.dataset.g.split(' ')[view.value]);
  });
}
