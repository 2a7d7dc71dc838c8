import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';

let isReady = false;

/** Loaded with the first chart. */
export function drawChart(canvas: HTMLCanvasElement, config: ChartConfiguration): Chart {
  if (!isReady) {
    Chart.register(BarController, BarElement, LineController, LineElement, PointElement);
    Chart.register(CategoryScale, LinearScale, Legend, Tooltip);
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    isReady = true;
  }
  return new Chart(canvas, config);
}
