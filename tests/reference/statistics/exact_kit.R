# References for the exact kit and the survival methods. Run: Rscript exact_kit.R (R 4.2.2, survival, coin, cmprsk).
# Writes exact_kit.csv (case, statistic, value) and the data sets it used beside itself.
suppressMessages({library(survival); library(coin); library(cmprsk)})
out <- "exact_kit.csv"
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))

# quantiles of type 2
v <- c(3.1, 0.4, 9.2, 5.5, 2.2, 7.0, 1.1, 4.8, 6.3, 8.8)
for (n in c(3, 7, 10)) for (p in c(0, .1, .25, .3, .5, .75, .9, 1))
  emit(sprintf("quantile_%d", n), p, quantile(v[1:n], p, type = 2))

# proportions
for (x in c(0, 1, 4, 10)) {
  ci <- binom.test(x, 10)$conf.int
  emit(sprintf("clopper_%d_10", x), "low", ci[1]); emit(sprintf("clopper_%d_10", x), "high", ci[2])
  w <- prop.test(x, 10, correct = FALSE)$conf.int
  emit(sprintf("wilson_%d_10", x), "low", w[1]); emit(sprintf("wilson_%d_10", x), "high", w[2])
}
# two-by-two tables: Fisher
for (t in list(c(0,10,5,10), c(1,9,4,9), c(9,10,3,10), c(2,12,15,18), c(7,20,2,25), c(3,5,3,5)))
  emit(paste0("fisher_", paste(t, collapse = "_")), "p",
       fisher.test(matrix(c(t[1], t[2]-t[1], t[3], t[4]-t[3]), 2))$p.value)

# Wilcoxon exact with ties (coin), Hodges-Lehmann without ties (stats)
sets <- list(sleep = list(c(0.7,-1.6,-0.2,-1.2,-0.1,3.4,3.7,0.8,0.0,2.0), c(1.9,0.8,1.1,0.1,-0.1,4.4,5.5,1.6,4.6,3.4)),
             ties = list(c(1,2,2,3,3,3,4,9), c(2,3,4,4,5,5,6,7,7,8)),
             unequal = list(c(5,5,6), c(1,2,2,3,4,4,5,6,6)),
             clean = list(c(0.80,0.83,1.89,1.04,1.45,1.38,1.91,1.64,0.73,1.46), c(1.15,0.88,0.90,0.74,1.21)),
             clean2 = list(c(2.1,3.7,8.4,1.9,0.3,5.2,7.7,6.1), c(4.4,2.6,9.9,12.1,5.8,7.3,10.2)))
for (name in names(sets)) {
  x <- sets[[name]][[1]]; y <- sets[[name]][[2]]
  d <- data.frame(v = c(x, y), g = factor(rep(c("a", "b"), c(length(x), length(y)))))
  emit(paste0("wilcoxon_", name), "p", pvalue(wilcox_test(v ~ g, d, distribution = "exact")))
}
for (name in c("clean", "clean2")) {
  w <- wilcox.test(sets[[name]][[1]], sets[[name]][[2]], conf.int = TRUE, exact = TRUE)
  emit(paste0("hl_", name), "estimate", w$estimate); emit(paste0("hl_", name), "low", w$conf.int[1])
  emit(paste0("hl_", name), "high", w$conf.int[2]); emit(paste0("hl_", name), "p", w$p.value)
}

# survival: one data set with ties, competing events, three groups, two strata
set.seed(20200214)
n <- 120
d <- data.frame(time = ceiling(rexp(n, 0.06)), event = sample(0:2, n, TRUE, c(.3, .5, .2)),
                group = sample(0:2, n, TRUE), stratum = sample(0:1, n, TRUE))
d$time[d$group == 1] <- ceiling(d$time[d$group == 1] * 1.5)
d$time <- pmin(d$time, 60)
d$age <- round(rnorm(n, 60, 9), 1); d$x <- round(rnorm(n), 3)
write.csv(d, "survival_data.csv", row.names = FALSE, quote = FALSE)
d$any <- as.integer(d$event > 0)
d$one <- as.integer(d$event == 1)
for (type in c("log", "log-log", "plain", "logit", "arcsin")) {
  f <- survfit(Surv(time, any) ~ 1, d, conf.type = type)
  s <- summary(f, times = c(5, 12, 28))
  for (i in 1:3) {
    case <- sprintf("km_%s_%g", type, c(5, 12, 28)[i])
    emit(case, "estimate", s$surv[i]); emit(case, "low", s$lower[i]); emit(case, "high", s$upper[i])
    emit(case, "se", s$std.err[i])
  }
  q <- quantile(f, c(.25, .5))
  for (j in 1:2) { case <- sprintf("kmq_%s_%g", type, c(.25, .5)[j])
    emit(case, "estimate", q$quantile[j]); emit(case, "low", q$lower[j]); emit(case, "high", q$upper[j]) }
}
for (tau in c(20, 28)) for (g in 0:1) {
  s <- summary(survfit(Surv(time, any) ~ 1, d[d$group == g, ]), rmean = tau)$table
  emit(sprintf("rmst_%d_%d", tau, g), "estimate", s["rmean"]); emit(sprintf("rmst_%d_%d", tau, g), "se", s["se(rmean)"])
}
ci <- cuminc(d$time, d$event)
tp <- timepoints(ci, c(5, 12, 28))
for (i in 1:3) { emit(sprintf("aj_aalen_%g", c(5, 12, 28)[i]), "estimate", tp$est[1, i])
  emit(sprintf("aj_aalen_%g", c(5, 12, 28)[i]), "se", sqrt(tp$var[1, i])) }
ms <- survfit(Surv(time, factor(event, 0:2)) ~ 1, d)
sm <- summary(ms, times = c(5, 12, 28))
for (i in 1:3) { emit(sprintf("aj_survival_%g", c(5, 12, 28)[i]), "estimate", sm$pstate[i, 2])
  emit(sprintf("aj_survival_%g", c(5, 12, 28)[i]), "se", sm$std.err[i, 2]) }
g3 <- cuminc(d$time, d$event, d$group)$Tests
emit("gray_3", "statistic", g3[1, "stat"]); emit("gray_3", "p", g3[1, "pv"])
emit("gray_3_cause2", "statistic", g3[2, "stat"]); emit("gray_3_cause2", "p", g3[2, "pv"])
two <- d[d$group < 2, ]
g2 <- cuminc(two$time, two$event, two$group)$Tests
emit("gray_2", "statistic", g2[1, "stat"]); emit("gray_2", "p", g2[1, "pv"])
emit("logrank_2", "statistic", survdiff(Surv(time, any) ~ group, two)$chisq)
emit("logrank_3", "statistic", survdiff(Surv(time, any) ~ group, d)$chisq)
emit("logrank_strat", "statistic", survdiff(Surv(time, any) ~ group + strata(stratum), d)$chisq)
emit("logrank_rho1", "statistic", survdiff(Surv(time, any) ~ group, two, rho = 1)$chisq)
dc <- two; dc$g <- factor(dc$group)
small <- two[c(1:11, 40:48), ]
write.csv(small[, c("time", "event", "group")], "survival_small.csv", row.names = FALSE, quote = FALSE)
small$g <- factor(small$group)
emit("logrank_exact", "p", pvalue(logrank_test(Surv(time, any) ~ g, small, distribution = "exact", ties.method = "Hothorn-Lausen")))
emit("logrank_exact_avg", "p", pvalue(logrank_test(Surv(time, any) ~ g, small, distribution = "exact", ties.method = "average-scores")))
emit("logrank_exact_mid", "p", pvalue(logrank_test(Surv(time, any) ~ g, small, distribution = "exact", ties.method = "mid-ranks")))
for (ties in c("efron", "breslow", "exact")) {
  m <- coxph(Surv(time, any) ~ x + age + I(group == 1), d, ties = ties)
  for (k in 1:3) { emit(sprintf("cox_%s_%d", ties, k), "estimate", coef(m)[k])
    emit(sprintf("cox_%s_%d", ties, k), "se", sqrt(diag(vcov(m)))[k]) }
  emit(sprintf("cox_%s", ties), "loglik", m$loglik[2]); emit(sprintf("cox_%s", ties), "score", m$score)
  emit(sprintf("cox_%s", ties), "wald", m$wald.test)
}
m <- coxph(Surv(time, any) ~ x + age + strata(stratum), d, ties = "efron")
for (k in 1:2) { emit(sprintf("cox_strata_%d", k), "estimate", coef(m)[k]); emit(sprintf("cox_strata_%d", k), "se", sqrt(diag(vcov(m)))[k]) }
m <- coxph(Surv(time, any) ~ x + age, d, ties = "efron", robust = TRUE)
for (k in 1:2) emit(sprintf("cox_robust_%d", k), "se", sqrt(diag(vcov(m)))[k])
m <- coxph(Surv(time, any) ~ x + age, d, ties = "breslow", robust = TRUE)
for (k in 1:2) emit(sprintf("cox_breslow_robust_%d", k), "se", sqrt(diag(vcov(m)))[k])
fg <- crr(d$time, d$event, cbind(d$x, d$age))
for (k in 1:2) { emit(sprintf("finegray_%d", k), "estimate", fg$coef[k]); emit(sprintf("finegray_%d", k), "se", sqrt(diag(fg$var))[k]) }
fg <- crr(two$time, two$event, cbind(two$group))
emit("finegray_group", "estimate", fg$coef); emit("finegray_group", "se", sqrt(fg$var))

# rates
for (t in list(c(3, 120), c(0, 50), c(17, 80.5))) {
  ci <- poisson.test(t[1], t[2])$conf.int
  emit(sprintf("poisson_%g_%g", t[1], t[2]), "low", ci[1]); emit(sprintf("poisson_%g_%g", t[1], t[2]), "high", ci[2])
}
for (t in list(c(11, 800, 23, 1083), c(0, 100, 4, 110), c(5, 20, 1, 33))) {
  r <- poisson.test(c(t[1], t[3]), c(t[2], t[4])); case <- paste0("poissonratio_", paste(t, collapse = "_"))
  emit(case, "low", r$conf.int[1]); emit(case, "high", r$conf.int[2])
}
# ANCOVA
set.seed(7); n <- 23
a <- data.frame(y = round(rnorm(n, 10, 3), 3), arm = rep(0:1, length.out = n), base = round(rnorm(n, 9, 2), 3), sev = rep(c(0, 0, 1), length.out = n))
write.csv(a, "ancova_data.csv", row.names = FALSE, quote = FALSE)
m <- lm(y ~ arm + base + sev, a); s <- summary(m)$coefficients["arm", ]
emit("ancova", "estimate", s[1]); emit("ancova", "se", s[2]); emit("ancova", "p", s[4])
emit("ancova", "low", confint(m)["arm", 1]); emit("ancova", "high", confint(m)["arm", 2])
X <- model.matrix(m); h <- hatvalues(m); B <- solve(crossprod(X))
emit("ancova", "hc3", sqrt((B %*% t(X) %*% diag(resid(m)^2 / (1 - h)^2) %*% X %*% B)["arm", "arm"]))
nd <- data.frame(arm = 0:1, base = mean(a$base), sev = mean(a$sev)); pr <- predict(m, nd, se.fit = TRUE)
emit("ancova", "mean0", pr$fit[1]); emit("ancova", "mean1", pr$fit[2]); emit("ancova", "mean1_se", pr$se.fit[2])
writeLines(c("case,statistic,value", unlist(rows)), out)
