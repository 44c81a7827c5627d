# Conditional odds ratios of large tables, where fisher.test stops too early: the same equations solved to 1e-12.
# Run: Rscript odds_large.R (R 4.2.2, base only). Writes odds_large.csv.
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
for (t in list(c(900, 1000, 100, 1000), c(990, 1000, 10, 1000), c(46, 1000, 898, 1000), c(2600, 5000, 2450, 5000))) {
  m <- t[1] + t[3]; k <- max(0, m - t[4]):min(t[2], m); logs <- lchoose(t[2], k) + lchoose(t[4], m - k)
  law <- function(b) { d <- logs + k * b; d <- exp(d - max(d)); d / sum(d) }
  root <- function(g) exp(uniroot(g, c(-40, 40), tol = 1e-13)$root)
  case <- paste0("odds_large_", paste(t, collapse = "_"))
  emit(case, "estimate", root(function(b) sum(k * law(b)) - t[1]))
  emit(case, "low", root(function(b) sum(law(b)[k >= t[1]]) - .025))
  emit(case, "high", root(function(b) sum(law(b)[k <= t[1]]) - .025))
  f <- fisher.test(matrix(c(t[1], t[2] - t[1], t[3], t[4] - t[3]), 2)); emit(case, "fisher", f$estimate)
}
writeLines(c("case,statistic,value", unlist(rows)), "odds_large.csv")
