# References for the exact permutation version of Gray's test. Run: Rscript gray_exact.R (R 4.2.2, survival, coin 1.4-2).
# Writes gray_exact.csv and the data gray_exact_data.csv beside itself.
# Scores are the martingale residuals of the null subdistribution model (survival::finegray weights); coin lists all
# relabellings. Without censoring they are those of a log-rank test with competing events held after everybody.
suppressMessages({library(survival); library(coin)})
rows <- list(); data <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
set.seed(1988)
draw <- function(case, n1, n0, censored) {
  n <- n1 + n0
  d <- data.frame(id = seq_len(n), group = rep(c(1, 0), c(n1, n0)))
  t <- ceiling(rexp(n, ifelse(d$group == 1, 0.12, 0.06))); cause <- 1 + (runif(n) < 0.25)
  end <- if (censored) ceiling(runif(n, 5, 40)) - 0.5 else rep(1e6, n)  # between days: at equal times finegray counts otherwise than crr
  d$time <- pmin(t, end); d$event <- ifelse(t <= end, cause, 0)
  data[[length(data) + 1]] <<- cbind(case = case, d)
  d
}
exact <- function(scores, group) pvalue(independence_test(scores ~ factor(group), distribution = "exact"))
for (case in c("censored_10_10", "censored_8_9", "censored_12_10")) {
  sizes <- as.numeric(strsplit(case, "_")[[1]][2:3])
  d <- draw(case, sizes[1], sizes[2], TRUE)
  d$status <- factor(d$event, 0:2, c("censor", "one", "two"))
  fg <- finegray(Surv(time, status) ~ ., data = d, etype = "one")
  null <- coxph(Surv(fgstart, fgstop, fgstatus) ~ 1, data = fg, weights = fgwt, ties = "breslow")
  scores <- as.numeric(tapply(residuals(null, "martingale") * fg$fgwt, fg$id, sum))
  emit(case, "score", sum(scores[d$group == 1])); emit(case, "p", exact(scores, d$group))
  for (i in 1:3) emit(case, paste0("score_", i), scores[i])
}
d <- draw("whole_10_10", 10, 10, FALSE)
t <- ifelse(d$event == 1, d$time, 1e6)
emit("whole_10_10", "p", pvalue(logrank_test(Surv(t, d$event == 1) ~ factor(d$group), distribution = "exact")))
writeLines(c("case,statistic,value", unlist(rows)), "gray_exact.csv")
write.csv(do.call(rbind, data)[, c("case", "time", "event", "group")], "gray_exact_data.csv", row.names = FALSE, quote = FALSE)
