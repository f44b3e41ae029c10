// Plots, drawn by ECharts. What they show stands beside the box as JSON: the points of a figure as
// pairs, or bars in groups.
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const line = (points) => ({
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: points.map((p) => p[0].slice(5)) },
    yAxis: { type: "value", scale: true },
    series: [{ type: "line", data: points.map((p) => p[1]), connectNulls: false, showSymbol: points.length < 40, symbolSize: 6 }],
  });
  const bars = ({ groups, series }) => ({
    grid: { left: 8, right: 16, top: 34, bottom: 8, containLabel: true },
    legend: { top: 0, selectedMode: false },
    xAxis: { type: "category", data: groups, axisLabel: { interval: 0, width: 90, overflow: "truncate" } },
    yAxis: { type: "value" },
    series: series.map((s) => ({ type: "bar", name: s.name, data: s.values, barMaxWidth: 36 })),
  });
  document.querySelectorAll("[data-plot]").forEach((box) => {
    const shown = JSON.parse(box.dataset.plot);
    const points = Array.isArray(shown) ? shown : shown.series.flatMap((s) => s.values).filter((v) => v !== null);
    if (!points.length || !window.echarts) { box.hidden = true; return; }
    const plot = window.echarts.init(box, null, { renderer: "svg" });
    plot.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      color: Array.isArray(shown) ? [colour("--accent", "#0b5cad")] : ["#9aa7b6", colour("--accent", "#0b5cad")],
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v) => (v === null || v === undefined ? "—" : `${v}${box.dataset.measure}`) },
      ...(Array.isArray(shown) ? line(shown) : bars(shown)),
    });
    new ResizeObserver(() => plot.resize()).observe(box);
  });
})();
