/** Draws a plot above a table, from the table's own cells: what is drawn is what is read. Without it the table remains. */
/* global Chart */

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
/** Characters of a name beside a bar, in one line. */
const LINE = 18;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @returns {{names: string[], columns: (number|null)[][]}} the names of the rows, and the columns that have values */
function read(table) {
  const rows = [...table.tBodies[0].rows];
  const values = rows.map((row) => [...row.querySelectorAll("[data-value]")].map(({ dataset }) => (dataset.value === "" ? null : Number(dataset.value))));
  return { names: rows.map((row) => row.cells[0].textContent.trim()), columns: values[0].map((_, column) => values.map((row) => row[column])) };
}

function heads(table) {
  return [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
}

const KINDS = {
  days({ names, columns: [requests, prompt] }, [, first, second]) {
    const percent = prompt.map((share) => (share === null ? null : share * 100));
    return {
      data: {
        labels: names,
        datasets: [
          { type: "bar", label: first, data: requests, backgroundColor: colour("--green"), yAxisID: "y" },
          { type: "line", label: `${second} (%)`, data: percent, borderColor: colour("--amber"), backgroundColor: colour("--amber"), spanGaps: true, pointStyle: "rectRot", yAxisID: "share" },
        ],
      },
      options: {
        scales: {
          y: { beginAtZero: true, ticks: { precision: 0 } },
          share: { position: "right", min: 0, max: 100, grid: { drawOnChartArea: false } },
        },
      },
    };
  },
  counts({ names, columns: [counts] }, [, unit]) {
    return {
      data: { labels: names, datasets: [{ type: "bar", label: unit, data: counts, backgroundColor: colour("--green") }] },
      options: {
        indexAxis: "y",
        scales: {
          x: { beginAtZero: true, ticks: { precision: 0 } },
          y: { ticks: { autoSkip: false, callback: (value) => inLines(names[value]) } },
        },
        plugins: { legend: { display: false } },
      },
    };
  },
};

/** A name in lines that fit beside a bar: Chart.js cuts off the beginning of what is longer. */
function inLines(name) {
  const lines = [""];
  for (const word of name.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= LINE || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

for (const place of document.querySelectorAll("[data-plot]")) {
  const { plot, table: id, label } = place.dataset;
  const table = document.getElementById(id);
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${label}. De getallen staan in de tabel hieronder.`);
  place.append(canvas);
  place.hidden = false;
  const { data, options } = KINDS[plot](read(table), heads(table));
  new Chart(canvas, { data, options: { ...options, responsive: true, maintainAspectRatio: false, animation: still ? false : { duration: 200 }, locale: "nl" } });
}
