// learning-law/report
export { type ReportOptions, type ReportSummary, writeReport } from "./report.js";
