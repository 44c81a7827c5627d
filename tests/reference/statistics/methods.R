# References for the methods that the other scripts leave out. Run: Rscript methods.R (R 4.2.2, survival 3.5-3, coin 1.4-2,
# mice 3.15.0, metafor 3.8-1, psych 2.2.9, emmeans 1.8.4, nlme 3.1-162, brglm2 0.9, rpact 3.3.4).
# Reads mmrm_data.csv, survival_data.csv and firth_data.csv; writes methods.csv, strata_data.csv and weights_data.csv.
suppressMessages({library(survival); library(coin); library(mice); library(metafor); library(psych); library(emmeans)
  library(nlme); library(brglm2); library(rpact); library(numDeriv)})
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))

# --- proportions and differences ---------------------------------------------------------------------------------------
for (t in list(c(0, 10), c(3, 10), c(10, 10), c(7, 25))) {
  case <- paste0("beta_", paste(t, collapse = "_"))
  emit(case, "jeffreys_low", qbeta(.025, t[1] + .5, t[2] - t[1] + .5)); emit(case, "jeffreys_high", qbeta(.975, t[1] + .5, t[2] - t[1] + .5))
  emit(case, "exceedance", pbeta(.3, .6 + t[1], 1.4 + t[2] - t[1], lower.tail = FALSE))
}
# Score limits with the rates fitted by maximising the likelihood itself: no cubic is solved.
fitted <- function(x1, n1, x0, n0, d) {
  low <- max(0, -d); high <- min(1, 1 - d)
  f <- function(p) { q <- min(max(p + d, 0), 1); (if (x1 > 0) x1 * log(q) else 0) + (if (x1 < n1) (n1 - x1) * log(1 - q) else 0) +
      (if (x0 > 0) x0 * log(p) else 0) + (if (x0 < n0) (n0 - x0) * log(1 - p) else 0) }
  p <- optimize(f, c(low, high), maximum = TRUE, tol = 1e-13)$maximum
  ends <- c(low, p, high); p <- ends[which.max(sapply(ends, f))]
  c(min(max(p + d, 0), 1), p)
}
variance <- function(x1, n1, x0, n0, d, factor = TRUE) {
  p <- fitted(x1, n1, x0, n0, d)
  (p[1] * (1 - p[1]) / n1 + p[2] * (1 - p[2]) / n0) * (if (factor) (n1 + n0) / (n1 + n0 - 1) else 1)
}
score_limits <- function(tables, level = .95, factor = TRUE) {
  w <- tables[, 2] * tables[, 4] / (tables[, 2] + tables[, 4]); w <- w / sum(w)
  gap <- sum(w * (tables[, 1] / tables[, 2] - tables[, 3] / tables[, 4])); z <- qnorm((1 + level) / 2)
  stat <- function(d) (gap - d) / sqrt(sum(sapply(seq_along(w), function(i)
    w[i]^2 * variance(tables[i, 1], tables[i, 2], tables[i, 3], tables[i, 4], d, factor))))
  c(gap, uniroot(function(d) stat(d) - z, c(-1 + 1e-9, gap - 1e-9), tol = 1e-12)$root,
    uniroot(function(d) stat(d) + z, c(gap + 1e-9, 1 - 1e-9), tol = 1e-12)$root, 2 * pnorm(-abs(stat(0))))
}
for (t in list(c(1, 10, 4, 10), c(9, 10, 3, 10), c(7, 20, 2, 25), c(10, 50, 20, 50))) for (factor in c(TRUE, FALSE)) {
  a <- score_limits(matrix(t, 1), factor = factor)
  case <- paste0(if (factor) "mn_" else "mee_", paste(t, collapse = "_"))
  for (k in 1:4) emit(case, c("estimate", "low", "high", "p")[k], a[k])
}
# Two sets of strata drawn as in the tests of R's tern (prop_diff): set.seed(2) of 100, set.seed(1) of 80 participants.
tabulate_strata <- function(rsp, treated, strata) t(sapply(levels(strata), function(s) { m <- strata == s
  c(sum(rsp[m & treated]), sum(m & treated), sum(rsp[m & !treated]), sum(m & !treated)) }))
set.seed(2, kind = "Mersenne-Twister")
rsp <- sample(c(TRUE, FALSE), 100, TRUE); grp <- sample(c("Placebo", "Treatment"), 100, TRUE)
f <- data.frame(f1 = sample(c("a", "b"), 100, TRUE), f2 = sample(c("x", "y", "z"), 100, TRUE), stringsAsFactors = TRUE)
one <- tabulate_strata(rsp, grp == "Treatment", interaction(f))
set.seed(1)
rsp <- c(sample(c(TRUE, FALSE), 40, prob = c(3/4, 1/4), replace = TRUE), sample(c(TRUE, FALSE), 40, prob = c(1/2, 1/2), replace = TRUE))
f <- data.frame(f1 = sample(c("a", "b"), 80, TRUE), f2 = sample(c("x", "y", "z"), 80, TRUE), stringsAsFactors = TRUE)
two <- tabulate_strata(rsp, rep(c(TRUE, FALSE), each = 40), interaction(f))
both <- rbind(cbind(1, one), cbind(2, two)); colnames(both) <- c("set", "x1", "n1", "x0", "n0")
write.csv(both, "strata_data.csv", row.names = FALSE, quote = FALSE)
for (k in 1:2) { t <- list(one, two)[[k]]
  a <- score_limits(t, .9); for (j in 1:4) emit(paste0("strata_mn_", k), c("estimate", "low", "high", "p")[j], a[j])
  m <- rma.mh(measure = "RD", ai = t[, 1], n1i = t[, 2], ci = t[, 3], n2i = t[, 4])
  emit(paste0("strata_sato_", k), "estimate", m$beta); emit(paste0("strata_sato_", k), "se", m$se) }
# Posterior of a difference by one-dimensional integration
cdf <- function(d, a1, b1, a0, b0) integrate(function(y) pbeta(pmin(pmax(y + d, 0), 1), a1, b1) * dbeta(y, a0, b0), 0, 1, rel.tol = 1e-10, subdivisions = 2000)$value
for (t in list(c(1, 10, 4, 10), c(0, 10, 2, 9), c(12, 30, 7, 28))) {
  p <- c(t[1] + .5, t[2] - t[1] + .5, t[3] + .5, t[4] - t[3] + .5); case <- paste0("posterior_", paste(t, collapse = "_"))
  F <- function(d) cdf(d, p[1], p[2], p[3], p[4])
  emit(case, "superiority", 1 - F(0)); emit(case, "superiority_0.1", 1 - F(.1))
  emit(case, "low", uniroot(function(d) F(d) - .025, c(-1, 1), tol = 1e-10)$root)
  emit(case, "high", uniroot(function(d) F(d) - .975, c(-1, 1), tol = 1e-10)$root)
}
# Barnard's and Boschloo's p: every table, 20,001 common rates
brute <- function(size, smaller, x1, n1, x0, n0) {
  s <- outer(0:n1, 0:n0, Vectorize(size)); here <- s[x1 + 1, x0 + 1]
  region <- if (smaller) s <= here * (1 + 1e-7) else s >= here - 1e-9
  max(sapply(seq(0, 1, length.out = 20001), function(p) sum(outer(dbinom(0:n1, n1, p), dbinom(0:n0, n0, p))[region])))
}
for (t in list(c(9, 10, 3, 10), c(1, 9, 4, 9), c(0, 10, 4, 10), c(2, 12, 15, 18))) {
  n1 <- t[2]; n0 <- t[4]; case <- paste(t, collapse = "_")
  z <- function(a, b) { r <- (a + b) / (n1 + n0); if (r == 0 || r == 1) 0 else abs(a / n1 - b / n0) / sqrt(r * (1 - r) * (1 / n1 + 1 / n0)) }
  fisher <- function(a, b) fisher.test(matrix(c(a, n1 - a, b, n0 - b), 2))$p.value
  emit(paste0("barnard_", case), "p", brute(z, FALSE, t[1], n1, t[3], n0)); emit(paste0("boschloo_", case), "p", brute(fisher, TRUE, t[1], n1, t[3], n0))
}

# --- samples -----------------------------------------------------------------------------------------------------------
v <- c(3.1, 0.4, 9.2, 5.5, 2.2, 7.0, 1.1, 4.8, 6.3, 8.8)
emit("describe", "mean", mean(v)); emit("describe", "sd", sd(v)); emit("describe", "median", median(v)); l <- t.test(log(v))
emit("describe", "geometric_mean", exp(l$estimate)); emit("describe", "geometric_cv", sqrt(exp(var(log(v))) - 1))
emit("describe", "geometric_low", exp(l$conf.int[1])); emit("describe", "geometric_high", exp(l$conf.int[2]))
emit("describe", "width_20", 2 * qnorm(.975) * sd(v) / sqrt(20)); emit("describe", "width_50", 2 * qnorm(.975) * sd(v) / sqrt(50))
x <- c(5.1, 6.2, 4.4, 7.9, 5.5, 6.1, 8.3, 5.0, 6.6, 7.2); y <- c(4.9, 5.2, 3.1, 6.0, 4.4, 5.9, 6.8, 3.7, 5.5, 6.3)
# psych divides the pooled sum of squares by N, not by N - 2
emit("smd", "cohen", abs(psych::cohen.d(c(x, y), rep(1:2, each = 10))$cohen.d[2]) * sqrt(18 / 20))
j <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)
i <- psych::ICC(j, lmer = FALSE)$results[2, ]; for (n in c("ICC", "p", "lower bound", "upper bound")) emit("icc", n, i[[n]])
p <- c(.5, .3, .2); q <- c(.4, .2, .4); S <- ((diag(p) - outer(p, p) + diag(q) - outer(q, q)) / 2)[-1, -1]
emit("smd", "categorical", sqrt(mahalanobis(p[-1], q[-1], S)))
g <- factor(rep(c("a", "b"), each = 10), levels = c("b", "a")); w <- c(x, y)
# Brunner and Munzel's estimate from ranks (overall minus own), logit limits with their degrees of freedom
r <- rank(w); r1 <- r[1:10] - rank(x); r0 <- r[11:20] - rank(y); theta <- mean(r1) / 10
v1 <- var(r1) / 100 / 10; v0 <- var(r0) / 100 / 10; df <- (v1 + v0)^2 / (v1^2 / 9 + v0^2 / 9)
h <- qt(.975, df) * sqrt(v1 + v0) / (theta * (1 - theta))
emit("win", "odds", theta / (1 - theta)); emit("win", "low", exp(qlogis(theta) - h)); emit("win", "high", exp(qlogis(theta) + h))
emit("win", "p", 2 * pt(-abs(qlogis(theta)) * theta * (1 - theta) / sqrt(v1 + v0), df)); emit("win", "df", df)
b <- factor(rep(c("s", "t"), 10)); ridit <- ave(w, b, FUN = function(u) rank(u) / (length(u) + 1))
e <- independence_test(ridit ~ g | b, distribution = "asymptotic"); emit("elteren", "z", statistic(e)); emit("elteren", "p", pvalue(e))
emit("elteren", "exact", pvalue(independence_test(ridit ~ g | b, distribution = approximate(nresample = 1e6))))
a <- oneway.test(c(abs(x - median(x)), abs(y - median(y))) ~ rep(1:2, each = 10), var.equal = TRUE)
emit("spread", "statistic", a$statistic); emit("spread", "p", a$p.value)
d <- c(9, 4, 7, 3, 12, 15, 6, 5, 8, 11); k <- chisq.test(d); emit("digits", "statistic", k$statistic); emit("digits", "p", k$p.value)
th <- Theoph[Theoph$Subject == 1, ]; f <- approxfun(th$Time, th$conc); knots <- c(0, th$Time[th$Time > 0 & th$Time < 24], 24)
emit("area", "theoph", sum(sapply(seq_along(knots)[-1], function(i) integrate(f, knots[i - 1], knots[i], rel.tol = 1e-12)$value)))
# Shift at which Student's test loses its significance, on a grid
for (shift in seq(0, 2, .25)) emit("tipping", shift, t.test(x + 1 - shift, y, var.equal = TRUE)$p.value)
for (i in 0:2) for (j in 0:1) { a <- score_limits(matrix(c(1 + i, 10, 3 + j, 10), 1)); emit(sprintf("cases_%d_%d", i, j), "low", a[2]); emit(sprintf("cases_%d_%d", i, j), "high", a[3]) }

# --- multiplicity and imputation ---------------------------------------------------------------------------------------
for (k in 1:2) { p <- list(c(.01, .02, .03, .005), c(.04, .001, .2, .013, .013))[[k]]; a <- p.adjust(p, "holm"); for (i in seq_along(p)) emit(paste0("holm_", k), i, a[i]) }
q <- c(1.2, 1.9, 0.7, 1.5, 1.4); u <- c(.8, .7, .9, .75, .8)^2
for (n in c(21, Inf)) { a <- pool.scalar(q, u, n = n, k = 1); case <- paste0("pool_", n)
  emit(case, "estimate", a$qbar); emit(case, "se", sqrt(a$t)); emit(case, "df", a$df) }
d <- data.frame(y = c(1.0, 2.2, 2.9, 4.6, 4.8, 6.1, 7.3, 7.7), x = c(0, 1, 2, 3, 4, 5, 6, 8)); m <- lm(y ~ x, d)
for (at in c(1.5, 7)) for (level in c(.5, .9)) { a <- predict(m, data.frame(x = at), interval = "prediction", level = level)
  emit(sprintf("predict_%g_%g", at, level), "low", a[2]); emit(sprintf("predict_%g_%g", at, level), "high", a[3]) }

# --- survival ----------------------------------------------------------------------------------------------------------
d <- read.csv("survival_data.csv"); d$any <- as.integer(d$event > 0); two <- d[d$group < 2, ]
for (g in 0:1) { s <- summary(survfit(Surv(time, factor(event, 0:2)) ~ 1, d[d$group == g, ]), rmean = 28)$table
  for (k in 1:2) emit(sprintf("lost_%d_%d", g, k), "estimate", s[k + 1, "rmean"]) }
s <- summary(survfit(Surv(time, any) ~ group, two), rmean = 28)$table; gap <- s[2, "rmean"] - s[1, "rmean"]
se <- sqrt(s[1, "se(rmean)"]^2 + s[2, "se(rmean)"]^2); emit("rmst_gap", "estimate", gap); emit("rmst_gap", "se", se); emit("rmst_gap", "p", 2 * pnorm(-abs(gap / se)))

# --- models ------------------------------------------------------------------------------------------------------------
d <- read.csv("mmrm_data.csv"); d <- d[!is.na(d$y), ]; d$v <- factor(d$visit); d$a <- factor(d$arm)
m <- gls(y ~ a * v + base, d, corSymm(form = ~ visit | id), varIdent(form = ~ 1 | visit), control = glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14))
centre <- mean(d$base[!duplicated(d$id)])
e <- suppressMessages(emmeans(m, ~ a | v, at = list(base = centre), mode = "df.error")); s <- as.data.frame(e)
for (i in seq_len(nrow(s))) { case <- sprintf("lsmean_%s_%s", s$a[i], s$v[i]); emit(case, "estimate", s$emmean[i]); emit(case, "se", s$SE[i]) }
s <- as.data.frame(pairs(e, reverse = TRUE)); for (i in seq_len(nrow(s))) { case <- sprintf("lsdiff_%s", s$v[i]); emit(case, "estimate", s$estimate[i]); emit(case, "se", s$SE[i]) }
# Overlap weights: Firth's score by brglm2 (weighted means); and, with many participants, the stacked estimating
# equations of an ordinary logistic score differentiated numerically (numDeriv)
d <- read.csv("firth_data.csv"); m <- glm(arm ~ age + severe, binomial, d, method = "brglmFit", type = "AS_mean", epsilon = 1e-12, maxit = 1000)
e <- fitted.values(m); emit("overlap", "mean1", weighted.mean(d$y[d$arm == 1], (1 - e)[d$arm == 1])); emit("overlap", "mean0", weighted.mean(d$y[d$arm == 0], e[d$arm == 0]))
set.seed(11); n <- 2000; d <- data.frame(x1 = round(rnorm(n), 3), x2 = rbinom(n, 1, .4)); d$arm <- rbinom(n, 1, plogis(-.2 + .6 * d$x1 - .5 * d$x2)); d$y <- round(1 + d$x1 + .5 * d$x2 + .3 * d$arm + rnorm(n), 3)
write.csv(d, "weights_data.csv", row.names = FALSE, quote = FALSE)
X <- cbind(1, d$x1, d$x2); beta <- coef(glm(arm ~ x1 + x2, binomial, d, epsilon = 1e-14)); e <- plogis(X %*% beta)[, 1]
mu <- c(weighted.mean(d$y[d$arm == 1], (1 - e)[d$arm == 1]), weighted.mean(d$y[d$arm == 0], e[d$arm == 0])); theta <- c(beta, mu)
psi <- function(t) { e <- plogis(X %*% t[1:3])[, 1]; cbind(X * (d$arm - e), d$arm * (1 - e) * (d$y - t[4]), (1 - d$arm) * e * (d$y - t[5])) }
A <- solve(jacobian(function(t) colSums(psi(t)), theta)); V <- A %*% crossprod(psi(theta)) %*% t(A); l <- c(0, 0, 0, 1, -1)
emit("overlap_large", "estimate", mu[1] - mu[2]); emit("overlap_large", "se", sqrt(l %*% V %*% l))

# --- design ------------------------------------------------------------------------------------------------------------
for (t in c("asOF", "asP")) { a <- getDesignGroupSequential(kMax = 3, alpha = .025, informationRates = c(.4, .7, 1), typeOfDesign = t)$alphaSpent; for (k in 1:3) emit(paste0("spent_", t), k, a[k]) }
e <- getSampleSizeSurvival(hazardRatio = .5, pi2 = .5, alpha = .05, sided = 2, beta = .2, accrualTime = 12, followUpTime = 12); emit("schoenfeld", "events", e$eventsFixed)
w <- getPowerSurvival(hazardRatio = .5, pi2 = .5, alpha = .05, sided = 2, directionUpper = FALSE, maxNumberOfEvents = 40, maxNumberOfSubjects = 200, accrualTime = 12, eventTime = 12); emit("schoenfeld", "power_40", w$overallReject)
d <- getDesignGroupSequential(kMax = 3, alpha = .025, informationRates = c(.4, .7, 1), typeOfDesign = "asOF"); a <- getPowerAndAverageSampleNumber(d, theta = .3, nMax = 100)
for (k in 1:3) emit("exits", k, a$rejectPerStage[k, 1]); emit("exits", "power", a$overallReject)
n1 <- 7; n0 <- 8; fisher <- function(a, b) fisher.test(matrix(c(a, n1 - a, b, n0 - b), 2))$p.value
reject <- outer(0:n1, 0:n0, Vectorize(function(a, b) brute(fisher, TRUE, a, n1, b, n0))) <= .05
emit("power_boschloo", "7_8", sum(outer(dbinom(0:n1, n1, .2), dbinom(0:n0, n0, .7))[reject]))
writeLines(c("case,statistic,value", unlist(rows)), "methods.csv")
