;;; A session in Emacs with Eglot over a real project, with the settings of the book. -*- lexical-binding: t -*-
;;
;; scripts/emacs_test.sh runs it in a terminal:
;;
;;     emacs -nw -q -l SETTINGS -l emacs.el PROJECT/baml_src/clients.baml
;;
;; SETTINGS is the Lisp text of the book, PROJECT a copy of the project `fabula`. The file that EMACS_LOG names gets a line
;; for each thing that holds; the exit code says whether all do.

(require 'cl-lib)
(require 'eglot)
(require 'flymake)
(require 'lisp-mnt)

(setq make-backup-files nil
      create-lockfiles nil)

(defvar project (locate-dominating-file command-line-default-directory "baml_src"))

(defun say (line)
  (write-region (concat line "\n") nil (getenv "EMACS_LOG") t 'quiet))

(defun expect (holds what)
  (unless holds (error "%s" what))
  (say (concat "ok: " what)))

(defun eventually (what holds)
  "Waits for something that other processes bring about.
The limit is only there to end a session that hangs."
  (with-timeout (60 (error "%s" what))
    (while (not (funcall holds)) (sit-for 0.1)))
  (say (concat "ok: " what)))

(defun go (text &optional into)
  "Puts the cursor on the first place of TEXT, INTO characters into it."
  (goto-char (point-min))
  (search-forward text)
  (goto-char (+ (match-beginning 0) (or into 0))))

(defun is-there (text)
  (save-excursion (goto-char (point-min)) (search-forward text nil t)))

(defun line-here ()
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defun open-file (file)
  (find-file (expand-file-name file project)))

(defun findings ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun is-found (text)
  (cl-some (lambda (finding) (string-match-p (regexp-quote text) finding)) (findings)))

(defun faces-here ()
  (apply #'append (mapcar (lambda (overlay) (ensure-list (overlay-get overlay 'face))) (overlays-at (point)))))

(defun clientc (&rest arguments)
  "The exit code of the program."
  (let ((default-directory project)) (apply #'call-process "clientc" nil nil nil arguments)))

(defun places (name)
  "How often NAME is in all files on the disk."
  (with-temp-buffer
    (dolist (file (directory-files (expand-file-name "baml_src" project) t "\\.baml\\'"))
      (insert-file-contents file))
    (how-many (format "\\_<%s\\_>" name) (point-min) (point-max))))

(defmacro answering-yes (&rest body)
  "Runs BODY like a user who agrees."
  `(cl-letf (((symbol-function 'y-or-n-p) #'always)) ,@body))

(defmacro choosing (text &rest body)
  "Runs BODY like a user at the keyboard who chooses the item that has TEXT in it."
  `(let ((last-nonmenu-event ?\r))
     (cl-letf (((symbol-function 'completing-read)
                (lambda (_ items &rest _)
                  (cl-find-if (lambda (item) (string-search ,text item)) (all-completions "" items)))))
       ,@body)))

(defun diagnostics-and-hover ()
  (expect (eq major-mode 'baml-mode) "the file has the mode `baml-mode`")
  (eventually "the server is attached" #'eglot-managed-p)
  (eventually "diagnostics appear" (lambda () (is-found "mutliplier")))
  (go "retry_policy Constant" 14)
  (expect (memq 'eglot-diagnostic-tag-unnecessary-face (faces-here)) "what nobody uses is faded")
  (go "client<llm> GemkuA" 13)
  (eldoc t)
  (eventually "a hover shows the worst case"
              (lambda ()
                (cl-some (lambda (buffer) (with-current-buffer buffer (is-there "Worst case")))
                         (buffers-named "eldoc"))))
  (expect (assoc "GemkuA" (flatten-index (imenu--make-index-alist t))) "the index of the file has the client"))

(defun buffers-named (text)
  (cl-remove-if-not (lambda (buffer) (string-search text (buffer-name buffer))) (buffer-list)))

(defun flatten-index (index)
  (cl-mapcan (lambda (entry) (if (imenu--subalist-p entry) (flatten-index (cdr entry)) (list entry)))
             (copy-sequence index)))

(defun jump ()
  (open-file "baml_src/myth06.baml")
  (eventually "the server is attached to a second file" #'eglot-managed-p)
  (go "client GemkuA" 8)
  (call-interactively #'xref-find-definitions)
  (expect (equal (buffer-name) "clients.baml") "the definition in another file is found")
  (expect (string-match-p "client<llm> GemkuA" (line-here)) "it is the line of the client"))

(defun fix ()
  (go "mutliplier")
  (choosing "multiplier" (call-interactively #'eglot-code-actions))
  (eventually "a fix is applied" (lambda () (and (is-there " multiplier") (not (is-there "mutliplier")))))
  (eventually "its finding is gone" (lambda () (not (is-found "mutliplier")))))

(defun rename ()
  (save-some-buffers t)
  (let ((uses (places "GemkuA")))
    (go "client<llm> GemkuA" 13)
    (answering-yes (eglot-rename "Storyteller"))
    (save-some-buffers t)
    (expect (and (> uses 8) (= (places "GemkuA") 0) (= (places "Storyteller") uses))
            (format "a client is renamed in all %d places" uses)))
  (go "client<llm> Storyteller" 13)
  (let ((before (buffer-string))
        (said (condition-case refusal
                  (answering-yes (eglot-rename "GemkuB"))
                (error (error-message-string refusal)))))
    (expect (and (stringp said) (string-match-p "GemkuB" said)) "a name that is taken is refused, and the message names it")
    (expect (equal (buffer-string) before) "nothing was changed")))

(defun completion ()
  (go "client<llm> LowTempGPT4o")
  (end-of-line)
  (insert "\n  retr")
  (completion-at-point)
  (expect (string-match-p "^ *retry_policy" (line-here)) "a key is completed")
  (delete-region (line-beginning-position) (1+ (line-end-position))))

(defun format-file ()
  (go "client<llm> LowTempGPT4o")
  (forward-line)
  (insert "        ")
  (save-buffer)
  (expect (/= (clientc "fmt" "--check" "baml_src/clients.baml") 0) "the file is not laid out as `clientc fmt` does it")
  (eglot-format-buffer)
  (save-buffer)
  (expect (= (clientc "fmt" "--check" "baml_src/clients.baml") 0) "formatted, it is"))

(defun session ()
  (say (format "Emacs %s, Eglot %s" emacs-version (eglot-version)))
  (condition-case problem
      (progn
        (diagnostics-and-hover)
        (jump)
        (fix)
        (rename)
        (completion)
        (format-file)
        (eglot-shutdown-all)
        (expect (not (eglot-managed-p)) "the server ends")
        (kill-emacs 0))
    (error
     (say (concat "FAILED: " (error-message-string problem)))
     (dolist (finding (findings)) (say (concat "  " finding)))
     (kill-emacs 1))))

(defun eglot-version ()
  (lm-version (locate-library "eglot.el")))

;; A timer of the command loop, so that Emacs counts as idle meanwhile, as with a user who waits.
(add-hook 'emacs-startup-hook (lambda () (run-with-timer 0.5 nil #'session)))
