import type { Row, Table } from '../bench.js';

/** A table for people: aligned columns, three significant digits, notes below. */
export function printTable({ title, rows, notes }: Table): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => cellsOf(row, columns))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) => line.map((cell, column) => align(cell, widths[column] ?? 0, column)).join('  '));
  return `\n${title}\n${text.map((line) => `  ${line.trimEnd()}\n`).join('')}${notes.map((note) => `  – ${note}\n`).join('')}`;
}

function cellsOf(row: Row, columns: readonly string[]): string[] {
  return columns.map((column) => {
    const value = row[column] ?? '';
    return typeof value === 'number' ? formatNumber(value) : value;
  });
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(3)).toString();
}

/** The first column names the row; the others are figures. */
function align(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
