.DEFAULT_GOAL := help
.PHONY: help run test setup train eval eval-baselines check coverage mutants variety lint format cluster lock clean fuzz bench bench-growth bench-screening bench-steady bench-doubled bench-stages bench-web bench-wechat bench-cpu soak soak-wechat screenshots

BIN := .venv/bin
# TensorFlow takes a quarter of a minute to import where no bytecode may be kept.
unexport PYTHONDONTWRITEBYTECODE

help: ## 列出所有命令
	@echo "口径 Koujing。常用：make run（启动服务） make test（全部检查与测试）"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

run: setup ## 安装、训练（需要时）并启动全部服务，Ctrl-C 停止
	@exec $(BIN)/koujing run

cluster: setup ## 同一台机器上启动集群：PostgreSQL、Redis、nginx 和各两个进程，Ctrl-C 停止
	@$(BIN)/koujing train
	@exec $(BIN)/koujing cluster run

test: setup lint check coverage variety train ## 安装后运行代码检查、政策检查和全部测试
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations=12

setup: ## 建立 .venv 并安装固定版本的依赖（已装好则立即返回）
	@scripts/setup

train: setup ## 训练理解模型（输入没有变化则跳过）
	@$(BIN)/koujing train

eval: train ## 用独立题集评测
	@$(BIN)/python -m tests.evaluation

eval-baselines: train ## 同一题集上评测两个对照（BM25、Rasa 默认流水线），较慢
	@$(BIN)/python -m tests.evaluation.baselines

check: setup ## 检查政策文件
	@$(BIN)/koujing check

coverage: setup ## 每份文件有多少条面向公众的语句已有答复
	@$(BIN)/koujing coverage

mutants: setup ## 对政策数据做变异测试
	@$(BIN)/koujing mutants

variety: setup ## 训练例句里彼此太像的有多少
	@$(BIN)/koujing variety

lint: setup ## 代码风格、类型与 YAML 检查
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "格式不对，请运行 make format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/yamllint --strict .
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml koujing actions scripts 2>/dev/null

fuzz: train ## 模糊测试：全部输入面，不少于 10 万个输入（约 20 分钟；参数见 python -m tests.fuzz --help）
	@$(BIN)/python -W ignore -m tests.fuzz $(FUZZ)

bench: train ## 与默认 Rasa、裸 Rasa 同场比快慢、内存和训练；没达到要求则退出码 1（首次要训练对照，较久）
	@$(BIN)/python -m bench

bench-growth: train ## 政策 1 倍、3 倍、10 倍时一条消息要多少处理器时间
	@$(BIN)/python -m bench.growth

bench-screening: train ## 一个人在一个地区的全部事项筛一遍要多少毫秒
	@$(BIN)/python -m bench.screening

bench-steady: train ## 每分钟 900 问，连续 10 分钟
	@$(BIN)/python -m bench.steady

bench-doubled: train ## 集群里各进程两个与一个比快慢（需要 Debian 的 postgresql、redis-server、nginx）
	@$(BIN)/python -m bench.doubled

bench-stages: train ## 一条消息的时间用在哪些阶段
	@$(BIN)/python -m bench.stages

bench-web: train ## 网站基准：50 个事件流常开，20 人同时提问
	@$(BIN)/python -m bench.web

bench-wechat: train ## 公众号基准：每秒 15 条消息的被动回复
	@$(BIN)/python -m bench.wechat

bench-cpu: train ## 公众号一条消息在各进程用掉的处理器时间（毫秒），机器忙时也可比
	@$(BIN)/python -m bench.cpu

soak: train ## 负载下逐个制造 100 次故障，看多久恢复并对账；FAULTS=8 短跑，SOAK="--profile embedded" 等见 --help
	@$(BIN)/python -m soak --faults $(or $(FAULTS),100) $(SOAK)

soak-wechat: setup ## 公众号：500 条消息、答复慢 0–14 秒、半路杀掉一个 desk，两种公众号各一遍（约 6 分钟）
	@WECHAT_MESSAGES=500 $(BIN)/python -m pytest tests/e2e/wechat/test_once.py

screenshots: train ## 用真实服务和 Chromium 重做 docs/images/ 里的截图
	@$(BIN)/python -m scripts.screenshots

format: setup ## 自动整理代码格式
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock: ## 由 requirements*.in 重新生成固定版本（需要网络和 uv）
	uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements.in -o requirements.txt
	uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

clean: ## 删除环境、模型和缓存（不删运行数据 var/）
	rm -rf .venv .uv .rasa models .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
