# References for censored regression and proportional odds. Run: Rscript supporting.R (R 4.2.2, survival, MASS).
suppressMessages({library(survival); library(MASS)})
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
set.seed(606); n <- 40
d <- data.frame(arm = rep(0:1, n / 2), x = round(rnorm(n), 2))
v <- round(1 + 0.8 * d$arm + 0.5 * d$x + rnorm(n), 2)
d$left <- ifelse(v < 0.6, -Inf, v); d$right <- ifelse(v < 0.6, 0.6, v)
t <- rweibull(n, 1.4, exp(2 - 0.4 * d$arm)); visits <- c(0, 3, 6, 10, 14, 21)
d$tleft <- visits[findInterval(t, visits, left.open = TRUE)]; d$tright <- c(visits, Inf)[findInterval(t, visits, left.open = TRUE) + 1]
d$score <- as.integer(cut(0.9 * d$arm + 0.3 * d$x + rlogis(n), c(-Inf, -1, 0.2, 1, 2, Inf)))
write.csv(d, "supporting_data.csv", row.names = FALSE, quote = FALSE)
inf <- function(z) ifelse(is.finite(z), z, NA)
m <- survreg(Surv(inf(d$left), d$right, type = "interval2") ~ arm + x, d, dist = "gaussian", control = survreg.control(rel.tolerance = 1e-13, maxiter = 200))
for (k in 1:3) { emit("tobit", paste0("beta", k), coef(m)[k]); emit("tobit", paste0("se", k), sqrt(diag(vcov(m)))[k]) }
emit("tobit", "scale", m$scale); emit("tobit", "loglik", m$loglik[2])
m <- survreg(Surv(ifelse(d$tleft == 0, NA, d$tleft), inf(d$tright), type = "interval2") ~ arm + x, d, dist = "weibull", control = survreg.control(rel.tolerance = 1e-13, maxiter = 200))
for (k in 1:3) { emit("aft", paste0("beta", k), coef(m)[k]); emit("aft", paste0("se", k), sqrt(diag(vcov(m)))[k]) }
emit("aft", "scale", m$scale); emit("aft", "loglik", m$loglik[2])
e <- survreg(Surv(pmin(t, 15), t <= 15) ~ arm, d, dist = "weibull", control = survreg.control(rel.tolerance = 1e-13, maxiter = 200))
write.csv(data.frame(time = format(pmin(t, 15), digits = 17), event = as.integer(t <= 15), arm = d$arm), "aft_data.csv", row.names = FALSE, quote = FALSE)
for (k in 1:2) { emit("aft_exact", paste0("beta", k), coef(e)[k]); emit("aft_exact", paste0("se", k), sqrt(diag(vcov(e)))[k]) }
emit("aft_exact", "loglik", e$loglik[2])
m <- polr(factor(score) ~ arm + x, d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))
for (k in 1:2) { emit("polr", paste0("beta", k), coef(m)[k]); emit("polr", paste0("se", k), sqrt(diag(vcov(m)))[k]) }
for (k in seq_along(m$zeta)) emit("polr", paste0("zeta", k), m$zeta[k])
emit("polr", "loglik", as.numeric(logLik(m)))
writeLines(c("case,statistic,value", unlist(rows)), "supporting.csv")
